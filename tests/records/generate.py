"""Writes the invented records: `python -m tests.records.generate`. The same every time; a test compares.

`studies.ndjson` has all of them, one a line; `pretty.json` one over many lines; `page.json` an answer of the API.
Nothing in them is from a real record: the NCT numbers are far above those given so far, the telephone numbers are kept
for fiction, the addresses are example.org's.
"""

import json
from pathlib import Path

from tests.records.builders import Json
from tests.records.complete import complete
from tests.records.designs import designs
from tests.records.edge_cases import edge_cases
from tests.records.locations import places

FOLDER = Path(__file__).parent


def records() -> list[Json]:
    """All invented records, by number; nothing in them is shared."""
    return json.loads(json.dumps([complete(), *designs(), *places(), *edge_cases()]))


def files() -> dict[str, str]:
    """Name → content of every file."""
    page = {"totalCount": 18, "studies": records()[7:9], "nextPageToken": "next"}
    return {
        "studies.ndjson": "".join(_line(record) + "\n" for record in records()),
        "pretty.json": json.dumps(records()[1], indent=2, ensure_ascii=False) + "\n",
        "page.json": json.dumps(page, ensure_ascii=False),
    }


def _line(record: Json) -> str:
    """As the API writes it; numbers also in spellings that it allows and Python does not choose."""
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return line.replace('"lon":12.5}', '"lon":12.50}').replace("[1,2.5,1000.0,", "[1,2.5,1e3,")


if __name__ == "__main__":
    for name, content in files().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
