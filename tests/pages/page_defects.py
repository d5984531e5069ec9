"""Known defects of trial pages, each as a function that returns what is wrong on a page."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html import escape

from common.partial_dates.value import PartialDate
from contacts.visibility import shows_central_contacts, shows_site_contacts
from tests.pages.record_texts import NAMES, codes, is_code, is_text
from tests.pages.trial_pages import TrialPage, leaves, lines_of, normalize_text, visible_text

MESH = ("conditionBrowseModule", "interventionBrowseModule")
TODAY = date(2026, 11, 21)

_EMPTY = re.compile(
    r"<dt>[^<]*</dt>\s*<dd[^>]*>\s*</dd>|<(h[1-4]|p|li|ul|ol|dl|span|dd|summary|a)\b[^>]*>\s*</\1>"
    r"|</h2>\s*</section>|</h[34]>\s*</(?:div|section)>\s*</section>"
)
_TIME = re.compile(r'<time datetime="([^"]*)">([^<]*)</time>')
_NAME_IN_PEOPLE = re.compile(r'<li>\s*(?:<a [^>]*>)?<span class="name">([^<]*)</span>')
_PEOPLE = re.compile(r'<ul class="people">.*?</ul>', re.DOTALL)
_TAGS = re.compile(r'<ul class="tags">(.*?)</ul>', re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_STEP = re.compile(r"<li><span class=\"soft\">(<time.*?</time>)</span><span[^>]*>([^<(]*)(.*?)</span></li>")


def labels_without_a_value(page: TrialPage) -> list[str]:
    return [match[0] for match in _EMPTY.finditer(page.html)]


def raw_codes(page: TrialPage) -> list[str]:
    """Codes that are visible on the page but not in the texts of the record."""
    visible_words = set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", page.text))
    own = set(
        re.findall(r"\b[A-Z][A-Z0-9_]+\b", " ".join(text for path, text in leaves(page.record) if not is_code(path)))
    )
    return sorted((visible_words & codes()) - own)


def raw_escapes(page: TrialPage) -> list[str]:
    return re.findall(r".{0,20}\\[\[\]<>*_~#+-].{0,20}", page.text)


def invented_dates(page: TrialPage) -> list[str]:
    """Dates that the record does not contain, or not in this precision, and wrongly formatted ones."""
    known_dates = {text for _, text in leaves(page.record) if re.fullmatch(r"\d{4}(-\d\d){0,2}", text)}
    return [
        f"{written}: {words}"
        for written, words in _TIME.findall(page.html)
        if written not in known_dates or words != PartialDate(written).as_text()
    ]


def people_printed_twice(page: TrialPage) -> list[str]:
    """Within one list of people, by their names without degrees."""
    lists = [_NAME_IN_PEOPLE.findall(people) for people in _PEOPLE.findall(page.html)]
    names = [
        [normalize_text(name.partition(",")[0]) for name in names if name != "Name not published"] for names in lists
    ]
    return [name for names in names for name, count in Counter(names).items() if count > 1]


def interventions_printed_twice(page: TrialPage) -> list[str]:
    """Within one arm, and among the interventions of one type."""
    arms = page.html.partition('id="arms"')[2].partition("</section>")[0]
    in_arms = [_ITEM.findall(tags) for tags in _TAGS.findall(arms)]
    heads = re.findall(
        r"<h4>([^<]*)</h4>(?:\s*<span[^>]*>([^<]*)</span>)?", arms.partition("<h3>Interventions</h3>")[2]
    )
    keys = [*in_arms, [f"{kind}: {name}" for name, kind in heads if not name.endswith(" without a name")]]
    return [name for names in keys for name, count in Counter(map(normalize_text, names)).items() if count > 1]


def texts_cut_off(page: TrialPage) -> Iterator[str]:
    """Lines of the record that are not on the page; codes, dates and contacts have checks of their own."""
    derived = page.record.get("derivedSection", {})
    mesh = [derived.get(module, {}).get(name) for module in MESH for name in ("meshes", "ancestors")]
    for path, text in leaves({"protocolSection": page.protocol, "mesh": mesh}):
        if is_text(path):
            lines = text.split(",") if path.endswith(NAMES) else lines_of(text)
            yield from (f"{path}: {line}" for line in lines if not page.shows(line))


def uncertain_dates_as_facts(page: TrialPage) -> Iterator[str]:
    """Start or completion dates shown without their certainty although they are not actual."""
    expected = {
        "Start": "startDateStruct",
        "Primary completion": "primaryCompletionDateStruct",
        "Completion": "completionDateStruct",
    }
    shown = {label.strip(): note for _, label, note in _STEP.findall(page.html)}
    for label, name in expected.items():
        struct = page.module("statusModule").get(name, {})
        if struct.get("date") and date_certainty(struct) not in shown.get(label, ""):
            yield f"{label} {struct}: {shown.get(label)}"


def date_certainty(struct: dict) -> str:
    if struct.get("type") == "ACTUAL":
        return "actual"
    return "date passed, not confirmed" if PartialDate(struct["date"]).last_day < TODAY else "estimated"


def sites_missing_or_merged(page: TrialPage) -> list[str]:
    """Each location has a card of its own, duplicate listings included."""
    expected, shown = len(page.module("contactsLocationsModule").get("locations", [])), len(page.cards)
    return [] if expected == shown else [f"{shown} cards for {expected} locations"]


def contacts_away_from_their_site(page: TrialPage) -> Iterator[str]:
    """A publishable contact must stand in a card that names its facility and town; one that is not, in none."""
    module = page.module("statusModule")
    status, known = module.get("overallStatus", ""), module.get("lastKnownStatus", "")
    cards = [visible_text(card) for card in page.cards]
    for location in page.module("contactsLocationsModule").get("locations", []):
        place = visible_text(escape(location.get("facility", ""))), visible_text(escape(location.get("city", "")))
        own = [card for card in cards if all(part in card for part in place)]
        for contact in (
            location.get("contacts", []) if shows_site_contacts(location.get("status", ""), status, known) else []
        ):
            words = [
                visible_text(escape(word))
                for name in ("name", "phone", "email")
                for word in contact.get(name, "").split(",")
            ]
            if not any(all(word in card for word in words) for card in own):
                yield f"{place}: {contact}"


def contacts_published_against_the_rule(page: TrialPage) -> list[str]:
    status, module = page.module("statusModule"), page.module("contactsLocationsModule")
    overall = status.get("overallStatus", "")
    joinable = shows_central_contacts(overall, status.get("lastKnownStatus", "")) or any(
        shows_site_contacts(site.get("status", ""), overall, status.get("lastKnownStatus", ""))
        for site in module.get("locations", [])
    )
    return [] if joinable else re.findall(r'href="(?:tel|mailto):[^"]*"', page.html)


def central_contacts_missing(page: TrialPage) -> Iterator[str]:
    status, module = page.module("statusModule"), page.module("contactsLocationsModule")
    if shows_central_contacts(status.get("overallStatus", ""), status.get("lastKnownStatus", "")):
        for contact in module.get("centralContacts", []):
            yield from (
                text for name in ("name", "phone", "phoneExt", "email") if not page.shows(text := contact.get(name, ""))
            )


def placeholder_texts(page: TrialPage) -> list[str]:
    """Placeholder texts."""
    own = " ".join(text for _, text in leaves(page.record))
    return [text for text in re.findall(r"\+ ?\d+ more\b|\bLoading\b|\bShow more\b", page.text) if text not in own]


def repeated_ids(page: TrialPage) -> list[str]:
    ids = Counter(re.findall(r'\sid="([^"]*)"', page.html))
    return [name for name, count in ids.items() if count > 1]


DEFECTS = (
    labels_without_a_value,
    raw_codes,
    raw_escapes,
    invented_dates,
    people_printed_twice,
    interventions_printed_twice,
    texts_cut_off,
    uncertain_dates_as_facts,
    sites_missing_or_merged,
    contacts_away_from_their_site,
    contacts_published_against_the_rule,
    central_contacts_missing,
    placeholder_texts,
    repeated_ids,
)
