"""Checks the raw bytes of a file before it is parsed: its type, and the sizes and counts of a workbook. Pure.

An .xlsx is a ZIP archive of XML files. A file of a few kilobytes can unpack to gigabytes, or to millions of cells or
styles that cost seconds and memory to parse; so all is counted first, in chunks of constant size. Files of other types
are rejected with advice.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from common.spreadsheets.table import Limits, TableError

ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
AS_CSV = "Save it as an Excel workbook (.xlsx) or as “CSV UTF-8” and upload that."

PASSWORD = "This workbook is protected by a password. Remove the password and save it again, or save it as “CSV UTF-8”."
OLD_EXCEL = f"This is a file of an old Excel (.xls). {AS_CSV}"
NO_WORKBOOK = f"This file is not a readable Excel workbook (.xlsx). {AS_CSV}"

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


MAX_MEMBERS = 1_000
#: No table of words and numbers shrinks like this; small parts may.
MAX_RATIO = 200
_RATIO_FROM = 2**20
#: A cell with inline text has eight tags and three attributes; a part with more of them is not a table.
_TAGS_OF_A_CELL, _QUOTES_OF_A_CELL = 9, 7
_CHUNK_SIZE = 2**18
_ENCRYPTED = 0x1
_NEW_WORKBOOK = "Copy the table into a new workbook and upload that."

DAMAGED = "This file is damaged: it cannot be unpacked. Open it in your spreadsheet program and save it again."
TOO_MUCH_MARKUP = "This workbook has far more rows or properties than a table of sites. " + _NEW_WORKBOOK
NOT_PLAIN_XML = "This workbook contains definitions (DTD) that no spreadsheet program writes. " + _NEW_WORKBOOK

#: Other programs' files that are ZIP archives too, by a member or the media type that they declare.
_OTHER_PACKAGES = (
    ("xl/workbook.bin", f"This is a binary workbook (.xlsb). {AS_CSV}"),
    ("word/document.xml", f"This is a Word document. {AS_CSV}"),
    ("ppt/presentation.xml", f"This is a presentation. {AS_CSV}"),
    ("Index/Document.iwa", f"This is a Numbers document. {AS_CSV}"),
    ("content.xml", f"This is an OpenDocument file (.ods). {AS_CSV}"),
)


def inspect(archive: zipfile.ZipFile, limits: Limits) -> None:
    """TableError where the archive is no workbook, is encrypted or damaged, or is larger than a table of sites."""
    members = archive.infolist()
    names = {member.filename for member in members}
    if len(members) > MAX_MEMBERS:
        raise TableError(f"This file has {len(members):,} parts, more than a workbook has. {_NEW_WORKBOOK}")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise TableError(PASSWORD)
    if "xl/workbook.xml" not in names:
        raise TableError(next((message for name, message in _OTHER_PACKAGES if name in names), NO_WORKBOOK))
    _check_sizes(members, limits)
    _check_contents(archive, members, limits)


def _check_sizes(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Check the declared sizes; Python's reader returns no more than these."""
    size = sum(member.file_size for member in members)
    if size > limits.unpacked_bytes:
        raise TableError(
            f"Unpacked, this file has {size / 2**20:,.0f} MB; at most {limits.unpacked_megabytes} MB can be read. "
            f"{_NEW_WORKBOOK}"
        )
    for member in members:
        if member.file_size > _RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise TableError(
                f"A part of this file unpacks to over {MAX_RATIO} times its size, as no table does. {_NEW_WORKBOOK}"
            )


def _check_contents(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    cells = 0
    for name in (member.filename for member in members if member.filename.endswith((".xml", ".rels"))):
        if name.startswith("xl/worksheets/"):
            counts = _count(archive, name, _CELL)
            cells += counts.matches
            _check_limit(cells, limits.cells, "cells")
        elif name == "xl/styles.xml":
            counts = _count(archive, name, _STYLE)
            _check_limit(counts.matches, limits.styles, "cell styles")
        elif name == "xl/sharedStrings.xml":
            counts = _count(archive, name, _STRING)
            _check_limit(counts.matches, limits.strings, "texts")
        else:
            counts = _count(archive, name, None)
        if counts.tags > _TAGS_OF_A_CELL * limits.cells or counts.quotes > _QUOTES_OF_A_CELL * limits.cells:
            raise TableError(TOO_MUCH_MARKUP)


#: Elements by their names, with or without a prefix. No name that is counted begins with another one's.
_CELL = re.compile(rb"<(?:\w+:)?c[ />\s]")
_STYLE = re.compile(rb"<(?:\w+:)?(?:xf|font|fill|border|numFmt|dxf)[ />\s]")
_STRING = re.compile(rb"<(?:\w+:)?(?:si|r|t)[ />\s]")
_OVERLAP = 24


@dataclass(frozen=True, slots=True)
class _Counts:
    matches: int
    tags: int
    quotes: int


def _check_limit(count: int, limit: int, label: str) -> None:
    if count > limit:
        raise TableError(
            f"This workbook has more than {limit:,} {label}, blank ones that have a format among them. {_NEW_WORKBOOK}"
            if label == "cells"
            else f"This workbook has more than {limit:,} {label}. {_NEW_WORKBOOK}"
        )


def _count(archive: zipfile.ZipFile, name: str, pattern: re.Pattern | None) -> _Counts:
    matches, tags, quotes, overlap = 0, 0, 0, b""
    for number, chunk in enumerate(_chunks(archive, name)):
        if number == 0 and b"<!DOCTYPE" in chunk.upper():
            raise TableError(NOT_PLAIN_XML)
        tags += chunk.count(b"<")
        quotes += chunk.count(b'"') + chunk.count(b"'")
        if pattern:
            # A match that begins in the overlap and ends in this piece was not counted before.
            text = overlap + chunk
            matches += sum(match.end() > len(overlap) for match in pattern.finditer(text))
            overlap = text[-_OVERLAP:]
    return _Counts(matches, tags, quotes)


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    try:
        with archive.open(name) as member:
            while chunk := member.read(_CHUNK_SIZE):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise TableError(DAMAGED) from None
