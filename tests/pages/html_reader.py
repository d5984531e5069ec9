"""Parses the visible text, rows and links of a page."""

import re
from html.parser import HTMLParser

from django.db import connection
from django.test.utils import CaptureQueriesContext

RAW_CODE = re.compile(r"\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b|\bPHASE\d|\bRECRUITING\b|\bINTERVENTIONAL\b")
UNSEEN = {"script", "style", "head", "template"}


class Reader(HTMLParser):
    """Collects what is seen, and where links lead."""

    def __init__(self):
        super().__init__()
        self.words, self.links, self.rows = [], [], []
        self.unseen, self.in_row = 0, False

    def handle_starttag(self, tag, attrs):
        self.unseen += tag in UNSEEN
        if tag == "tr":
            self.rows.append([])
            self.in_row = True
        if tag == "a":
            self.links.append(dict(attrs).get("href", ""))

    def handle_endtag(self, tag):
        self.unseen -= tag in UNSEEN
        self.in_row &= tag != "tr"

    def handle_data(self, words):
        if not self.unseen and words.strip():
            self.words.append(words)
            if self.in_row:
                self.rows[-1].append(words)


def read(response) -> Reader:
    reader = Reader()
    reader.feed(response.content.decode())
    return reader


def text_of(response) -> str:
    """The visible text with single spaces."""
    return " ".join(" ".join(read(response).words).split())


def rows_of(response) -> list[str]:
    """The text of each table row below the head."""
    return [" ".join(" ".join(row).split()) for row in read(response).rows[1:]]


def queries_of(client, address: str) -> int:
    """How many queries a page takes, once what waited to be published has been."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
