"""Every parser of foreign text takes time in proportion to the text, whatever the text is.

What counts is the process's own time, not the clock's. A text four times as long may take eight times as long (a
quadratic parser takes sixteen times), and two seconds at most; what takes less than a tenth of a second is not compared
at all. So a busy machine is no failure.
"""

import io
import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC

import pytest
from django.core.exceptions import EmptyResultSet
from django.http import QueryDict
from django.test import RequestFactory

from common import date_parsing, search_tokens
from common import text as common_text
from common.contact_details import is_email_address, is_phone_number, split_extension, tel_url
from common.countries import all_country_names
from common.degrees_and_job_titles import is_job_title
from common.form_fields import parse_rfc3339
from common.markup import parse, render, resolve_escapes, with_links
from common.partial_dates import PartialDate
from common.person_names import is_similar_name, parse_name
from common.query_params import QueryState
from common.spreadsheets.delimited import read_delimited
from common.spreadsheets.number_formats import format_code, format_number
from common.spreadsheets.table import Row, Table, TableError, make_row
from contacts import person_matching
from contacts.erasure.free_text.patterns import SearchedValues, build_pattern, spellings_of
from history.redaction import matching_rows_q
from publishing.search.cursor import Cursor
from publishing.search.lookups import spellings_of_number
from publishing.search.terms import TermType, word_terms
from publishing.search.text_query import spans_of, text_query
from registries.ctgov.list_matching import track_entries
from registries.ctgov.parse_errors import first_error
from registries.ctgov.parser import RecordError, canonical_json, read_study
from registries.ctgov.source_files import iter_records
from registries.display import highlight_changes, path_label
from sites.enrollment.parsing import parse_count
from sites.enrollment.paste import read_table
from sites.models import Facility
from sites.placeholder_names import current_country_name, is_placeholder_name
from sites.querysets import SLUG_NUMBER
from sites.row_merge import load_seen_values
from sites.spreadsheets.status_values import read_status
from sites.text_search import search_facilities
from tests.records.builders import place, study
from trials.ages import age_in_years
from trials.criteria import read_criteria
from trials.models import Trial
from trials.page.contact_cards import ContactCard, ContactDetails, merge_duplicates
from trials.text_search import nct_number, search_trials
from work.bulk_upload.columns import parse_rows

LENGTH, QUARTER = 32_000, 8_000
AT_ONCE, LONGEST, GROWTH = 0.1, 2.0, 8  # seconds, seconds, times

REPEATED = [
    *("a", "1", " ", "\t", "\n", "a ", "a\n", " \n", "1 ", "1.", "1,234", "-", "- ", "* ", "(", "[", "[a]", "<", "{"),
    *("\\", '"', "'", ",", ";", ":", "/", "&amp;", "http://", "a@", "a.", "@.", "\u0301", "\u200b", "\ufb03", "\x00"),
    *("Inclusion: ", "Inclusion Criteria:\n", "a Exclusion Criteria: ", ". exclusion criteria ", "site ", "dr "),
    *("study site ", "2026-", "Jan ", "NCT0", "not eligible:", "no inclusion/exclusion ", "((1)) ", "555-01"),
]
WRAPPED = [
    ("Site", " ", "!"),
    ("site no", " #", "!"),
    ("local institution", "\n", ""),
    ("Dr", ".", "!"),
    ("a", " ", "b"),
    ("a@b", ".c", "@"),
    ("[", "protected ", "x"),
    ("+", "(", "!"),
    ("555", "(", "01"),
    ("1", "\u00a0", "x"),
    ("2026", "-1", "x"),
    ("Jan", ".", ""),
    ("http://", "(", ")"),
    ("<", "a", ""),
    ("(?!", "[a]", ""),
    ('{"a":', "[", ""),
    ("Inclusion", " ", "criteria"),
    ("a Exclusion", " ", "Criteria:"),
    ("non", "-", "inclusion"),
]


def repeated(piece: str) -> Callable[[int], str]:
    return lambda length: (piece * (length // len(piece) + 1))[:length]


def wrapped(first: str, piece: str, last: str) -> Callable[[int], str]:
    return lambda length: first + repeated(piece)(length - len(first) - len(last)) + last


def many_words(length: int) -> str:
    """Two hundred different words over and over, in another order each time."""
    return " ".join(f"w{number * number % 199}" for number in range(length))[:length]


TEXTS = {
    **{f"{piece!r} repeated": repeated(piece) for piece in REPEATED},
    **{f"{parts[1]!r} in {parts[0]!r} {parts[2]!r}": wrapped(*parts) for parts in WRAPPED},
    "many words": many_words,
}


def record(text: str) -> bytes:
    """A study with the text where records have text."""
    return json.dumps(
        study(
            1,
            title=text,
            eligibility={"eligibilityCriteria": text, "minimumAge": text[:100]},
            contactsLocations={"locations": [place(text, text, text)]},
        )
    ).encode()


def people(text: str) -> None:
    """Whether a text names a person: by name, address and number."""
    values = SearchedValues(name="Anna Smith", phone="+1 (555) 010-0123", email="anna@example.org")
    for spelling in spellings_of(values):
        spelling.is_in(text)


def no_synonyms(keys: list[str]) -> dict[str, list[str]]:
    return {}


def sql(rows) -> None:
    """The statement that a text becomes a part of."""
    with suppress(EmptyResultSet):
        str(rows.query)


PARSERS: dict[str, Callable[[str], object]] = {
    "markup": parse,
    "markup as HTML": render,
    "plain text": resolve_escapes,
    "links": with_links,
    "eligibility criteria": read_criteria,
    "normal form": common_text.normalize,
    "folding": common_text.fold,
    "comparison key": common_text.comparison_key,
    "date": date_parsing.parse_date,
    "month": date_parsing.parse_month,
    "partial date": PartialDate,
    "moment": lambda text: parse_rfc3339(text, zone=UTC),
    "number in a cell": lambda text: format_number("46000", text[:255], is_1904=False),
    "NCT number": nct_number,
    "age": age_in_years,
    "count": parse_count,
    "pasted table": read_table,
    "table as text": read_delimited,
    "bulk table": lambda text: parse_rows(Table([make_row(1, ["Site number", "Note"]), make_row(2, [text, text])])),
    "bulk table's headings": lambda text: parse_rows(Table([Row(1, text.split(" ")), Row(2, ["1"])])),
    "status in other words": read_status,
    "number format": lambda text: format_number("7", format_code(1, {1: text}), is_1904=False),
    "what a page showed": lambda text: load_seen_values(text, ["enrolled"]),
    "facility's name": is_placeholder_name,
    "country": current_country_name,
    "slug": SLUG_NUMBER.search,
    "person's name": parse_name.__wrapped__,
    "similar names": lambda text: is_similar_name(text, f"{text} Smith"),
    "name on a page": lambda text: merge_duplicates([ContactCard(text), ContactCard(f"{text}, MD")]),
    "function": is_job_title,
    "phone number": lambda text: (is_phone_number(text), split_extension(text), tel_url(text, text)),
    "contact's signatures": lambda text: list(
        person_matching.known_signatures(person_matching.ContactValues(text, text, text), text)
    ),
    "e-mail address": is_email_address,
    "link that dials": lambda text: ContactDetails(phone=text, extension=text, email=text).tel_url,
    "link that writes": lambda text: ContactDetails(email=text).mailto_url,
    "spellings of a person": lambda text: build_pattern(
        spellings_of(SearchedValues(name=text, phone=text, email=text))
    ),
    "somebody in a text": people,
    "pattern without looking around": lambda text: matching_rows_q(Trial, ["brief_title"], text),
    "search terms": lambda text: list(word_terms(TermType.CONDITION, [text])),
    "search words": lambda text: text_query(text, no_synonyms).tsquery,
    "search phrase": lambda text: text_query(f'"{text}"', no_synonyms).tsquery,
    "words of one field": lambda text: spans_of(text, no_synonyms),
    "indexed text": search_tokens.indexed_text,
    "plain words": search_tokens.plain,
    "search key": common_text.search_key,
    "spellings of an NCT number": spellings_of_number,
    "country's name": all_country_names,
    "words of a trial": lambda text: sql(search_trials(Trial.objects.order_by(), text)),
    "words of a facility": lambda text: sql(search_facilities(Facility.objects.order_by(), text)),
    "query string": QueryDict,
    "address": lambda text: QueryState.from_request(RequestFactory().get("/", {"words": text})).url,
    "cursor": lambda text: Cursor.parse(text, "n", "trials"),
    "record of noise": lambda text: read_study(text.encode()),
    "record": lambda text: read_study(record(text)),
    "canonical record": lambda text: canonical_json(record(text)),
    "faults of a record": lambda text: first_error(text.encode()),
    "file of records": lambda text: list(iter_records(io.BytesIO(text.encode()))),
    "path in a record": path_label,
    "difference of two texts": lambda text: highlight_changes(
        text, text[: len(text) // 2] + "x" + text[len(text) // 3 :]
    ),
}
REFUSED = (ValueError, RecordError, TableError)


def seconds(parser: Callable[[str], object], text: str) -> float:
    """The process's time for one text; a text may be refused."""
    started = time.process_time()
    with suppress(*REFUSED):
        parser(text)
    return time.process_time() - started


@pytest.mark.parametrize("name", PARSERS)
def test_any_text_is_parsed_in_linear_time(name):
    parser, slow = PARSERS[name], {}
    for kind, text_of in TEXTS.items():
        took = seconds(parser, text_of(LENGTH))
        if took > AT_ONCE:
            took = min(took, seconds(parser, text_of(LENGTH)))
            quarter = min(seconds(parser, text_of(QUARTER)) for _ in range(2))
            if took > LONGEST or took > GROWTH * max(quarter, AT_ONCE / GROWTH):
                slow[kind] = (round(quarter, 3), round(took, 3))
    assert slow == {}


def test_a_list_whose_entries_were_all_renamed_is_not_compared_pair_by_pair():
    old_entries, right = (
        [{"measure": f"{side} {number} " + "words of a measure " * 20} for number in range(400)] for side in "ab"
    )
    started = time.process_time()
    track_entries(old_entries, right)
    assert time.process_time() - started < LONGEST


def test_there_are_enough_kinds_of_text():
    assert len(TEXTS) >= 40
    assert all(len(text_of(LENGTH)) == LENGTH for text_of in TEXTS.values())
