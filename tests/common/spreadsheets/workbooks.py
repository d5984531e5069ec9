"""Builds workbooks part by part for tests."""

import io
import zipfile
from collections.abc import Mapping, Sequence

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = 'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"'


def text(reference: str, value: str) -> str:
    """A cell with its own text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(reference: str, value: object, style: int = 0) -> str:
    return f'<c r="{reference}" s="{style}"><v>{value}</v></c>'


def row(place: int, *cells: str, hidden: bool = False) -> str:
    return f'<row r="{place}"{" hidden=" + chr(34) + "1" + chr(34) if hidden else ""}>{"".join(cells)}</row>'


def sheet(*rows: str, before: str = "", after: str = "", namespace: str = MAIN) -> str:
    return f"<worksheet {namespace}>{before}<sheetData>{''.join(rows)}</sheetData>{after}</worksheet>"


def styles(*codes: str) -> str:
    """Number formats of the styles from 1 on."""
    own = "".join(f'<numFmt numFmtId="{164 + at}" formatCode="{code}"/>' for at, code in enumerate(codes))
    used = "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(codes)))
    return f'<styleSheet {MAIN}><numFmts>{own}</numFmts><cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'


def workbook(
    *sheets: str | tuple[str, str, str],
    parts: Mapping[str, str | bytes] | None = None,
    properties: str = "",
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Sheets, each its XML or (name, state, XML); `parts` are further members of the archive, or in place of these."""
    named = [one if isinstance(one, tuple) else (f"Sheet{at}", "visible", one) for at, one in enumerate(sheets, 1)]
    members = _frame([(name, state) for name, state, _ in named], properties)
    members |= {f"xl/worksheets/sheet{at}.xml": xml for at, (_, _, xml) in enumerate(named, 1)} | dict(parts or {})
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def _frame(sheets: Sequence[tuple[str, str]], properties: str) -> dict[str, str | bytes]:
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" state="{state}" r:id="rId{at}"/>'
        for at, (name, state) in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    packages = "http://schemas.openxmlformats.org/package/2006/relationships"
    return {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATIONS}">{properties}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}">{related}</Relationships>',
    }


HEADINGS = row(1, text("A1", "Site number"), text("B1", "Confirm"))


def a_workbook(**parts: str | bytes) -> bytes:
    """The smallest table: one site that is confirmed; `parts` by names with `__` for `/` and `_xml` for `.xml`."""
    named = {f"xl/{name.replace('__', '/').removesuffix('_xml')}.xml": part for name, part in parts.items()}
    return workbook(sheet(HEADINGS, row(2, number("A2", 7), text("B2", "yes"))), parts=named)


def with_flag(content: bytes, flag: int) -> bytes:
    """The archive with this bit set in the flags of every member, in both of its lists."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] |= flag
            at = changed.find(signature, at + 4)
    return bytes(changed)


def damaged(content: bytes, member: str) -> bytes:
    """The archive with the packed bytes of one member overwritten."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo(member)
    start = info.header_offset + 30 + len(info.filename)
    return content[:start] + b"\xff" * info.compress_size + content[start + info.compress_size :]
