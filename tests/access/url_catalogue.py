"""The object of each URL, and the roles that find it. A URL with a placeholder needs an entry here."""

import re
from dataclasses import dataclass

from django.contrib import admin

from common.permissions import UserRole
from tests.access.fixtures import MISSING, Realm
from tests.access.url_rules import url_patterns

R = UserRole
EVERYBODY = frozenset(UserRole)
ALL_READERS = frozenset({R.MANAGER, R.INSPECTOR, R.ADMINISTRATOR})
TRIAL_READERS = ALL_READERS | {R.TRIAL_COORDINATOR}
SITE_READERS = TRIAL_READERS | {R.SITE_COORDINATOR}
EDITORS = frozenset({R.SITE_COORDINATOR, R.TRIAL_COORDINATOR, R.ADMINISTRATOR})
TRIALS_EDITORS = frozenset({R.TRIAL_COORDINATOR, R.ADMINISTRATOR})
ADMINISTRATORS = frozenset({R.ADMINISTRATOR})
#: Private objects; in the fixtures they belong to the site coordinator.
SITE_COORDINATOR_ONLY = frozenset({R.SITE_COORDINATOR})


@dataclass(frozen=True)
class ObjectRoute:
    """`roles_with_access`: the roles that find an object in their scope at this URL; for all others it is a 404.

    `anywhere`: roles that find all objects of this kind.
    """

    pattern: str
    about: str
    roles_with_access: frozenset[UserRole]
    anywhere: frozenset[UserRole] = frozenset()
    queries: tuple[str, ...] = ("",)
    posts: tuple[dict, ...] = ({},)


PAST = ("?as_of=2026-06-01", "?as_of=2026-06-01&as=recorded")
BOARD = ("", "?format=csv", "?sort=enrolled", "?sort=-enrolled", "?words=zq", "?confirmed=never", *PAST)
GRID = ("", "?month=2026-04", "?month=2026-05", "?format=csv", "?words=zq", "?count=screened&until=2026-06", "?by=site")
GRID = ("", "?month=2026-04", "?month=2026-05", "?format=csv", "?words=zq", "?count=screened&until=2026-06")
OVERVIEW = ("", "?group=country", "?format=csv", "?sort=enrolled", "?words={key}", "?late=any")
DECIDED = ({"seen": "{conflict}:x", "decision": "OURS:{conflict}"},)
DECISIONS = ({"act": "accept", "version": "1"}, {"act": "withdraw", "version": "1"}, {"act": "note", "version": "1"})
#: The first entry whose expression matches the pattern of a URL counts.
OBJECTS = [
    ObjectRoute(r"^trials/<str:key>/sites/$", "trial", EVERYBODY, queries=BOARD),
    ObjectRoute(r"^trials/<str:key>/((contacts|related)/)?$|^api/v1/trials/<", "trial", EVERYBODY),
    ObjectRoute(r"^trials/<str:key>/(related|differences)/$", "trial", EVERYBODY),
    ObjectRoute(r"^facilities/<slug:slug>/embed/$", "facility", frozenset({R.PUBLIC})),
    ObjectRoute(r"^sitemaps/<", "trial", frozenset()),
    ObjectRoute(r"^(conditions|sponsors|countries|investigators)/<", "trial", frozenset({R.PUBLIC})),
    ObjectRoute(r"^badges/sites/<", "site", frozenset({R.PUBLIC})),
    ObjectRoute(r"^badges/trials/<", "trial", frozenset({R.PUBLIC})),
    ObjectRoute(r"^trials/<str:key>/weeks/$", "trial", EVERYBODY, queries=("", "?until=2026-06-01", "?show=age")),
    ObjectRoute(r"^trials/<str:key>/history/$", "trial", EVERYBODY),
    ObjectRoute(r"^trials/<str:key>/public/$", "trial", TRIAL_READERS, queries=("", "?on=2026-06-01")),
    ObjectRoute(r"^trials/<str:key>/$", "trial", EVERYBODY, queries=("", *PAST)),
    ObjectRoute(r"^api/v1/trials/<", "trial", EVERYBODY, queries=("", "?as_of=2026-06-01&as=recorded")),
    ObjectRoute(r"^facilities/merges/<", "facility_merge", ADMINISTRATORS, posts=({}, {"reason": "x"})),
    ObjectRoute(r"^facilities/<int:pk>/(merge|different)/<", "facility", TRIALS_EDITORS, posts=({}, {"reason": "x"})),
    ObjectRoute(r"^facilities/<int:pk>/names/", "facility", TRIALS_EDITORS),
    ObjectRoute(r"^facilities/<|^api/v1/facilities/<", "facility", EVERYBODY),
    ObjectRoute(r"^api/v1/sites/<", "site", EVERYBODY),
    ObjectRoute(r"^admin/trials/trial/<", "trial", TRIAL_READERS),
    ObjectRoute(r"^admin/sites/trialsite/event/<", "event", EDITORS, posts=({}, {"to": "SUSPENDED", "why": "x"})),
    ObjectRoute(r"^admin/sites/trialsite/<int:pk>/(confirm|status)/", "site", EDITORS, posts=({}, {"version": "1"})),
    ObjectRoute(r"^admin/sites/trialsite/<", "site", SITE_READERS),
    ObjectRoute(
        r"^admin/sites/facility/<", "facility", SITE_READERS | {R.PUBLIC}, anywhere=frozenset({R.TRIAL_COORDINATOR}),
    ),
    ObjectRoute(r"^admin/contacts/person/<", "person", SITE_READERS),
    ObjectRoute(r"^admin/accounts/user/<", "user", ADMINISTRATORS),
    ObjectRoute(r"^admin/accounts/partner/<", "partner", ADMINISTRATORS),
    ObjectRoute(r"^admin/accounts/assignment/<", "grant", ALL_READERS - {R.MANAGER}),
    ObjectRoute(r"^admin/registries/importrun/<int:pk>/apply/", "run", ADMINISTRATORS),
    ObjectRoute(r"^admin/registries/importrun/<", "run", ALL_READERS),
    ObjectRoute(r"^admin/registries/conflict/<", "conflict", ALL_READERS),
    ObjectRoute(r"^work/trials/<str:key>/$", "trial", SITE_READERS, posts=({}, {"text": "x"})),
    ObjectRoute(
        r"^work/trials/<str:key>/new-site/$", "trial", EDITORS, queries=("", "?words=zq"), posts=({}, {"why": "x"}),
    ),
    ObjectRoute(r"^work/new-trial/<", "run", frozenset()),
    ObjectRoute(r"^work/flags/<", "flag", SITE_READERS, posts=({}, {"answer": "x"}, {"withdraw": "1"})),
    ObjectRoute(r"^work/sites/<int:pk>/", "site", EDITORS, posts=({}, {"to": "SUSPENDED", "version": "1"})),
    ObjectRoute(r"^trials/<str:key>/report(ed)?/$", "trial", frozenset({R.PUBLIC})),
    ObjectRoute(
        r"^trials/<str:key>/(enrollment|activation)/<int:site>/", "site", SITE_READERS, posts=({}, {"target": "1"}),
    ),
    ObjectRoute(
        r"^trials/<str:key>/enrollment/lock/", "trial", TRIALS_EDITORS, posts=({"month": "2026-05", "act": "lock"},),
    ),
    ObjectRoute(
        r"^trials/<str:key>/enrollment/$", "trial", SITE_READERS, queries=GRID, posts=({}, {"month": "2026-05"}),
    ),
    ObjectRoute(r"^trials/<str:key>/health/$", "trial", TRIAL_READERS),
    ObjectRoute(r"^trials/<str:key>/activation/$", "trial", SITE_READERS, queries=("", "?words=zq")),
    ObjectRoute(r"^trials/<str:key>/registry/record.json$", "trial", TRIAL_READERS),
    ObjectRoute(r"^trials/<str:key>/registry/$", "trial", SITE_READERS, queries=("", "?category=PROTOCOL")),
    ObjectRoute(r"^registry/<int:pk>/edit/$", "conflict", TRIALS_EDITORS, posts=({}, {"seen": "x"})),
    ObjectRoute(r"^work/trials/<str:key>/verification/", "trial", TRIALS_EDITORS, posts=({}, {"version": "1"})),
    ObjectRoute(r"^work/trials/<str:key>/overall/", "trial", TRIALS_EDITORS, posts=({}, {"version": "1"})),
    ObjectRoute(r"^work/proposals/<", "proposal", SITE_READERS, posts=DECISIONS),
    ObjectRoute(r"^work/reports/<", "report", EDITORS, posts=({}, {"outcome": "RESOLVED"})),
    ObjectRoute(r"^work/bulk/<", "bulk", SITE_COORDINATOR_ONLY, posts=({}, {"which": "all"})),
    ObjectRoute(r"^work/bulk/sheet", "trial", EDITORS, queries=("?trial={key}", "")),
    ObjectRoute(r"^people/merges/<", "merge", EDITORS),
    ObjectRoute(r"^people/replacements/<", "replacement", EDITORS),
    ObjectRoute(r"^people/roles/<", "role", EDITORS, posts=({}, {"ends_before": "2026-03-01", "version": "1"})),
    ObjectRoute(r"^people/<int:pk>/erase/", "person", TRIALS_EDITORS),
    ObjectRoute(r"^people/<int:pk>/(apart|merge)/<", "person", EDITORS),
    ObjectRoute(r"^people/<int:pk>/replace/", "person", EDITORS, queries=("", "?words=zq", "?by=new")),
    ObjectRoute(r"^people/<", "person", EDITORS, posts=({}, {"version": "1"})),
    ObjectRoute(r"^confirm/<", "site", frozenset(), posts=({}, {"all": "1", "shown": "{site}:RECRUITING"})),
    ObjectRoute(r"^unsubscribe/<", "site", frozenset(), posts=({},)),
    ObjectRoute(r"^accounts/sessions/<", "session", SITE_COORDINATOR_ONLY),
    ObjectRoute(r"^accounts/drafts/<", "draft", frozenset()),  # of the browser that sent it
    ObjectRoute(r"^accounts/2fa/webauthn/keys/<", "passkey", SITE_COORDINATOR_ONLY),
    ObjectRoute(r"^overview/views/<", "saved_view", SITE_COORDINATOR_ONLY, posts=({}, {"name": "x"}, {"delete": "1"})),
    # about an object that is not in the address
    ObjectRoute(r"^overview/$", "trial", TRIAL_READERS, queries=OVERVIEW),
    ObjectRoute(r"^boards/$", "site", TRIAL_READERS, queries=("", "?trial={key}", "?group=coordinator", "?format=csv")),
    ObjectRoute(r"^work/(sites/)?$", "trial", SITE_READERS, queries=("", "?trial={key}")),
    ObjectRoute(r"^work/bulk/choose/", "site", EDITORS, queries=("?site={site}:1",), posts=({"site": "{site}:1"},)),
    ObjectRoute(
        r"^changes(/|\.csv|\.atom)$", "trial", EVERYBODY, queries=("?trial={key}", "?trial={key}&since=2020-01-01"),
    ),
    ObjectRoute(r"^registry/$", "trial", SITE_READERS, queries=("", "?trial={key}")),
    ObjectRoute(r"^registry/decide/$", "conflict", TRIALS_EDITORS, posts=DECIDED),
    ObjectRoute(r"^people/add/$", "trial", EDITORS, queries=("?trial={key}",)),
    ObjectRoute(
        r"^work/confirm/$", "site", EDITORS, posts=({"seen": "{site}:1", "only": "{site}"}, {"site": "{site}"}),
    ),
    ObjectRoute(r"^work/confirm/review/$", "trial", SITE_READERS, queries=("", "?trial={key}")),
    ObjectRoute(
        r"^work/remind/$", "site", TRIALS_EDITORS | {R.MANAGER}, queries=("?site={site}",),
        posts=({"site": "{site}"}, {"site": "{site}", "send": "1"}),
    ),
    ObjectRoute(r"^work/undo/$", "confirmation", frozenset(), posts=({"confirmation": "{confirmation}"},)),
    ObjectRoute(
        r"^admin/sites/trialsite/add/$", "trial", TRIAL_READERS,
        posts=({"trial": "{trial}", "facility": "{own_facility}"},), queries=("?trial={trial}",),
    ),
    ObjectRoute(
        r"^admin/contacts/person/add/$", "site", SITE_READERS, queries=("?trial_site={site}", "?trial={trial}"),
    ),
    ObjectRoute(
        r"^admin/sites/trialsite/$", "trial", SITE_READERS,
        queries=("?trial__id__exact={trial}", "?trial={trial}", "?facility={facility}"),
    ),
]  # fmt: skip
#: Additional requests: URLs with two objects, or a second object of a kind.
EXTRA_OBJECTS = [
    ObjectRoute("people/{own_person}/merge/{second}/", "second", EDITORS),
    ObjectRoute("people/{own_person}/apart/{second}/", "second", EDITORS),
    ObjectRoute("people/{own_person}/replace/", "second", EDITORS, queries=("?by={second}",)),
    ObjectRoute("admin/contacts/person/{central}/change/", "central", SITE_READERS),
    ObjectRoute("admin/contacts/person/{central}/history/", "central", SITE_READERS),
    ObjectRoute("admin/contacts/person/{second}/change/", "second", SITE_READERS),
    ObjectRoute("admin/contacts/person/{second}/history/", "second", SITE_READERS),
    ObjectRoute("trials/{own_key}/enrollment/{site}/", "site", SITE_READERS),
    ObjectRoute("trials/{own_key}/activation/{site}/", "site", SITE_READERS),
    ObjectRoute("trials/{own_key}/report/", "site", frozenset({R.PUBLIC}), queries=("?site={site}",)),
    ObjectRoute("registry/{site_conflict}/edit/", "site_conflict", EDITORS),
    ObjectRoute("work/proposals/{correction}/", "correction", SITE_READERS, posts=DECISIONS),
    ObjectRoute("work/reports/{trial_report}/", "trial_report", TRIALS_EDITORS, posts=({"outcome": "RESOLVED"},)),
    ObjectRoute("work/flags/{trial_flag}/", "trial_flag", TRIAL_READERS, posts=({}, {"answer": "x"})),
]
URL_CONVERTER = re.compile(r"<[^>]+>")


def route_for(pattern: str) -> ObjectRoute | None:
    """The route of a URL pattern; None for a URL without an object. AssertionError for a missing entry."""
    route = next((line for line in OBJECTS if re.search(line.pattern, pattern)), None)
    assert route or "<" not in pattern or is_expression(pattern), (
        f"{pattern} has a placeholder: add an entry to OBJECTS in tests/access/url_catalogue.py with its object and "
        "the roles that find it."
    )
    return route


def is_expression(pattern: str) -> bool:
    """Whether a pattern is a regular expression; those are tested by their own app."""
    return "^" in pattern or "(?P" in pattern


def all_patterns() -> list[str]:
    return sorted(pattern for pattern in set(url_patterns()) if not is_expression(pattern))


def placeholder_values(realm: Realm | None, own: Realm) -> dict[str, str]:
    """The placeholder values of a realm's objects in URLs and forms; without a realm, those of missing objects."""
    values = {kind: str(realm.rows.get(kind, row).pk if realm else MISSING) for kind, row in own.rows.items()}
    values["key"] = realm.trial.key if realm else f"NCT{MISSING}0"
    values["slug"] = realm.facility.slug if realm else f"nowhere-{MISSING}"
    return values | {"own_facility": str(own.facility.pk), "own_person": str(own.person.pk), "own_key": own.trial.key}


def build_url(pattern: str, kind: str, values: dict[str, str]) -> str:
    """The URL of an object."""
    slots = {name: values[name.strip("<>").rpartition(":")[2]] for name in ("<str:key>", "<slug:slug>", "<int:site>")}
    slots |= {
        "<int:other_facility>": values["own_facility"],
        "<int:other_pk>": values["own_person"],
        "<slug:what>": "target",
        "<str:kind>": "csv",
    }
    return "/" + URL_CONVERTER.sub(lambda slot: slots.get(slot[0], values[kind]), pattern).format(**values)


def autocomplete_urls() -> list[str]:
    """The autocomplete URLs of all fields of the admin."""
    names_of_fields = set()
    for model_admin in admin.site._registry.values():
        for holder in (model_admin, *(inline(model_admin.model, admin.site) for inline in model_admin.inlines)):
            meta = holder.opts if hasattr(holder, "opts") else holder.model._meta
            names_of_fields |= {(meta.app_label, meta.model_name, name) for name in holder.autocomplete_fields}
    fields = "app_label={}&model_name={}&field_name={}"
    return ["/admin/autocomplete/?" + fields.format(*names) for names in sorted(names_of_fields)]
