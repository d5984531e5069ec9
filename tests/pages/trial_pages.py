"""Trial pages as seen without JavaScript, each with its source record."""

import html as entities
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.test import Client

from common.markup import marker, resolve_escapes
from common.text import fold
from registries.ctgov.importing.run import import_records
from registries.ctgov.source_files import iter_records

_HIDDEN = re.compile(r"<head>.*?</head>|<svg.*?</svg>|<script.*?</script>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def import_trials(records: Iterable[bytes]) -> None:
    run = import_records(iter_records(io.BytesIO(b"\n".join(records))), source="test")
    assert not run.quarantined, list(run.quarantined_records.values_list("place", "reason"))


def normalize_text(text: str) -> str:
    """Without white space and accents, in small letters: what must not matter when a text is looked for."""
    return fold("".join(text.split())).casefold()


def visible_text(html: str) -> str:
    """The folded text of a piece of HTML, without the dots that degrees are written with or without."""
    return normalize_text(entities.unescape(_TAG.sub("", _HIDDEN.sub("", html)))).replace(".", "")


@dataclass(frozen=True)
class TrialPage:
    """`record` is the study as the registry sent it; `html` is the whole page."""

    record: dict
    html: str

    @property
    def key(self) -> str:
        return self.protocol["identificationModule"]["nctId"]

    @property
    def protocol(self) -> dict:
        return self.record["protocolSection"]

    def module(self, name: str) -> dict:
        return self.protocol.get(name, {})

    @cached_property
    def text(self) -> str:
        """What is to be read, tags as spaces."""
        return entities.unescape(_TAG.sub(" ", _HIDDEN.sub(" ", self.html)))

    @cached_property
    def folded(self) -> str:
        return visible_text(self.html)

    def shows(self, text: str) -> bool:
        return (
            visible_text(entities.escape(text)) in self.folded
            or visible_text(entities.escape(resolve_escapes(text))) in self.folded
        )

    @cached_property
    def cards(self) -> list[str]:
        """The HTML of each site's card, in the page's order."""
        return [part.partition("</section>")[0] for part in self.html.split('<li class="site"')[1:]]


def trial_page(client: Client, received: bytes) -> TrialPage:
    record = json.loads(received)
    answer = client.get(f"/trials/{record['protocolSection']['identificationModule']['nctId']}/")
    assert answer.status_code == 200
    return TrialPage(record, answer.content.decode())


def leaves(node, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) of every text in a record; a list's entries share their path."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, f"{path}.{name}" if path else name)
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value, path)
    elif isinstance(node, str):
        yield path, node


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text without their bullets and numbers, which a list draws itself."""
    for line in text.replace("\r", "\n").split("\n"):
        body = line.strip()
        bullet = marker(body)
        body = body[bullet.end() :] if bullet else body
        if body:
            yield body
