"""Detects file types by their first bytes, with advice for those that are no tables. Pure."""

from common.spreadsheets.table import TableError

ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
AS_CSV = "Save it as an Excel workbook (.xlsx) or as “CSV UTF-8” and upload that."

PASSWORD = "This workbook is protected by a password. Remove the password and save it again, or save it as “CSV UTF-8”."
OLD_EXCEL = f"This is a file of an old Excel (.xls). {AS_CSV}"
NO_WORKBOOK = f"This file is no Excel workbook (.xlsx) that can be read. {AS_CSV}"

#: Signatures in lower case.
_OTHER_SIGNATURES = (
    (b"%pdf", f"This is a PDF. {AS_CSV}"),
    (b"\x1f\x8b", "This file is compressed (gzip). Unpack it and upload the table in it."),
    (b"rar!", "This is an archive (RAR). Unpack it and upload the table in it."),
    (b"7z\xbc\xaf", "This is an archive (7z). Unpack it and upload the table in it."),
    (b"{\\rtf", f"This is a text document (RTF). {AS_CSV}"),
    (b"\x89png", f"This is a picture. {AS_CSV}"),
    (b"\xff\xd8\xff", f"This is a picture. {AS_CSV}"),
    (b"<!doctype html", f"This is a web page (HTML), even if its name ends in .xls. {AS_CSV}"),
    (b"<html", f"This is a web page (HTML), even if its name ends in .xls. {AS_CSV}"),
    (b"<?xml", f"This is an XML file. {AS_CSV}"),
)  # fmt: skip


def is_workbook(content: bytes) -> bool:
    """Whether these are the bytes of a workbook, to be read by `workbook`. TableError for a file of another type."""
    if content.startswith((ZIP, _EMPTY_ZIP)):
        return True
    if content.startswith(_OLE):
        raise TableError(PASSWORD if _ENCRYPTED_PACKAGE in content else OLD_EXCEL)
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for signature, message in _OTHER_SIGNATURES:
        if start.startswith(signature):
            raise TableError(message)
    return False
