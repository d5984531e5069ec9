"""The parts of a workbook (.xlsx): its sheets, texts and number formats. Pure.

Read by their local names, so that both conformance classes (transitional and strict) are read alike. All XML goes
through defusedxml: a document type, an entity or a reference to a file is refused.
Source: ECMA-376-1, part 1, 18 (SpreadsheetML).
"""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from common.spreadsheets.escaping import unescape_characters
from common.spreadsheets.number_formats import format_code

_SHEET_TYPES = ("/worksheet",)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of cells by the name on its tab; `path` is its member of the archive."""

    name: str
    path: str
    is_hidden: bool


@dataclass
class Workbook:
    """The workbook of an archive that was inspected. ValueError, KeyError or IndexError for what is malformed."""

    archive: zipfile.ZipFile
    sheets: list[Sheet] = field(init=False)
    is_1904: bool = field(init=False, default=False)

    def __post_init__(self):
        relations = self._elements("xl/_rels/workbook.xml.rels", "Relationship")
        related = {one.get("Id"): dict(one.items()) for one in relations}
        self.sheets = []
        for element in self._elements("xl/workbook.xml", "sheet", "workbookPr"):
            if local_name(element.tag) == "workbookPr":
                self.is_1904 = element.get("date1904") in ("1", "true", "on")
                continue
            relation = related.get(_attribute(element, "id"))
            if relation is not None and relation.get("Type", "").endswith(_SHEET_TYPES):
                is_hidden = element.get("state", "visible") != "visible"
                self.sheets.append(Sheet(element.get("name", ""), _path(relation.get("Target", "")), is_hidden))

    @cached_property
    def texts(self) -> list[str]:
        """The shared texts, by their place."""
        if "xl/sharedStrings.xml" not in self.archive.namelist():
            return []
        return [text_in(element) for element in self._elements("xl/sharedStrings.xml", "si")]

    @cached_property
    def formats(self) -> list[str]:
        """The number formats of the cell styles, by their place."""
        if "xl/styles.xml" not in self.archive.namelist():
            return []
        own: dict[int, str] = {}
        codes: list[str] = []
        for element in self._elements("xl/styles.xml", "numFmt", "cellXfs"):
            if local_name(element.tag) == "numFmt":
                own[int(element.get("numFmtId", ""))] = element.get("formatCode", "")
            else:
                codes += [format_code(int(style.get("numFmtId", 0)), own) for style in element]
        return codes

    def _elements(self, path: str, *names: str) -> Iterator[Element]:
        with self.archive.open(path) as part:
            yield from elements(part, *names)


def elements(part, *names: str) -> Iterator[Element]:
    """The elements with one of these local names as they end; what was given is emptied afterwards."""
    for _, element in iterparse(part, forbid_dtd=True):
        if local_name(element.tag) in names:
            yield element
            element.clear()


def local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def text_in(element: Element) -> str:
    """The text of runs one after the other, without phonetic hints."""
    texts = []
    for child in element:
        name = local_name(child.tag)
        if name == "t":
            texts.append(unescape_characters(child.text or ""))
        elif name == "r":
            texts.append(text_in(child))
    return "".join(texts)


def _attribute(element: Element, name: str) -> str:
    """An attribute in whatever namespace."""
    return next((value for key, value in element.items() if key.startswith("{") and local_name(key) == name), "")


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
