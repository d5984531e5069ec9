"""How each address is asked: about which object, and who may find it. An address with a number needs a line here."""

import re
from dataclasses import dataclass

from django.contrib import admin

from common.permissions import Role
from tests.access.fixtures import MISSING, Realm
from tests.test_access import patterns

R = Role
EVERYBODY = frozenset(Role)
ALL_READERS = frozenset({R.MANAGER, R.INSPECTOR, R.ADMINISTRATOR})
TRIALS_OWN = ALL_READERS | {R.TRIAL_COORDINATOR}
SITES_OWN = TRIALS_OWN | {R.SITE_COORDINATOR}
EDITORS = frozenset({R.SITE_COORDINATOR, R.TRIAL_COORDINATOR, R.ADMINISTRATOR})
TRIALS_EDITORS = frozenset({R.TRIAL_COORDINATOR, R.ADMINISTRATOR})
ADMINISTRATORS = frozenset({R.ADMINISTRATOR})
#: What is one's own, found by nobody else; in the small world it is the site coordinator's.
ITS_OWN = frozenset({R.SITE_COORDINATOR})


@dataclass(frozen=True)
class About:
    """`found_by`: the roles over the object that find it at this address; to all others it looks like a missing one.

    `anywhere`: roles that find each and every such object.
    """

    pattern: str
    about: str
    found_by: frozenset[Role]
    anywhere: frozenset[Role] = frozenset()
    queries: tuple[str, ...] = ("",)
    posts: tuple[dict, ...] = ({},)


BOARD = ("", "?format=csv", "?sort=enrolled", "?sort=-enrolled", "?words=zq", "?confirmed=never")
GRID = ("", "?month=2026-04", "?month=2026-05", "?format=csv", "?words=zq", "?count=screened&until=2026-06")
DECIDED = ({"seen": "{conflict}:x", "decision": "OURS:{conflict}"},)
DECISIONS = ({"act": "accept", "version": "1"}, {"act": "withdraw", "version": "1"}, {"act": "note", "version": "1"})
#: The first line whose expression matches an address's pattern counts.
OBJECTS = [
    About(r"^trials/<str:key>/sites/$", "trial", EVERYBODY, queries=BOARD),
    About(r"^trials/<str:key>/$|^api/v1/trials/<", "trial", EVERYBODY),
    About(r"^facilities/<|^api/v1/facilities/<", "facility", EVERYBODY),
    About(r"^api/v1/sites/<", "site", EVERYBODY),
    About(r"^admin/trials/trial/<", "trial", TRIALS_OWN),
    About(r"^admin/sites/trialsite/event/<", "event", EDITORS, posts=({}, {"to": "SUSPENDED", "why": "x"})),
    About(r"^admin/sites/trialsite/<int:pk>/(confirm|status)/", "site", EDITORS, posts=({}, {"version": "1"})),
    About(r"^admin/sites/trialsite/<", "site", SITES_OWN),
    About(r"^admin/sites/facility/<", "facility", SITES_OWN | {R.PUBLIC}, anywhere=frozenset({R.TRIAL_COORDINATOR})),
    About(r"^admin/contacts/person/<", "person", SITES_OWN),
    About(r"^admin/accounts/user/<", "user", ADMINISTRATORS),
    About(r"^admin/accounts/partner/<", "partner", ADMINISTRATORS),
    About(r"^admin/accounts/assignment/<", "grant", ALL_READERS - {R.MANAGER}),
    About(r"^admin/registries/importrun/<int:pk>/apply/", "run", ADMINISTRATORS),
    About(r"^admin/registries/importrun/<", "run", ALL_READERS),
    About(r"^admin/registries/conflict/<", "conflict", ALL_READERS),
    About(r"^work/trials/<str:key>/$", "trial", SITES_OWN, posts=({}, {"sentence": "x"})),
    About(r"^work/trials/<str:key>/new-site/$", "trial", EDITORS, queries=("", "?words=zq"), posts=({}, {"why": "x"})),
    About(r"^work/new-trial/<", "run", frozenset()),
    About(r"^work/flags/<", "flag", SITES_OWN, posts=({}, {"answer": "x"}, {"take_back": "1"})),
    About(r"^work/sites/<int:pk>/", "site", EDITORS, posts=({}, {"to": "SUSPENDED", "version": "1"})),
    About(r"^trials/<str:key>/report(ed)?/$", "trial", frozenset({R.PUBLIC})),
    About(r"^trials/<str:key>/(enrollment|activation)/<int:site>/", "site", SITES_OWN, posts=({}, {"target": "1"})),
    About(r"^trials/<str:key>/enrollment/lock/", "trial", TRIALS_EDITORS, posts=({"month": "2026-05", "act": "lock"},)),
    About(r"^trials/<str:key>/enrollment/$", "trial", SITES_OWN, queries=GRID, posts=({}, {"month": "2026-05"})),
    About(r"^trials/<str:key>/activation/$", "trial", SITES_OWN, queries=("", "?words=zq")),
    About(r"^trials/<str:key>/registry/record.json$", "trial", TRIALS_OWN),
    About(r"^trials/<str:key>/registry/$", "trial", SITES_OWN, queries=("", "?thing=PROTOCOL")),
    About(r"^registry/<int:pk>/edit/$", "conflict", TRIALS_EDITORS, posts=({}, {"seen": "x"})),
    About(r"^work/trials/<str:key>/verification/", "trial", TRIALS_EDITORS, posts=({}, {"version": "1"})),
    About(r"^work/trials/<str:key>/overall/", "trial", TRIALS_EDITORS, posts=({}, {"version": "1"})),
    About(r"^work/proposals/<", "proposal", SITES_OWN, posts=DECISIONS),
    About(r"^work/reports/<", "report", EDITORS, posts=({}, {"outcome": "MENDED"})),
    About(r"^work/bulk/<", "bulk", ITS_OWN, posts=({}, {"which": "all"})),
    About(r"^work/bulk/sheet", "trial", EDITORS, queries=("?trial={key}", "")),
    About(r"^people/merges/<", "merge", EDITORS),
    About(r"^people/replacements/<", "replacement", EDITORS),
    About(r"^people/roles/<", "role", EDITORS, posts=({}, {"ends_on": "2026-03-01", "version": "1"})),
    About(r"^people/<int:pk>/erase/", "person", TRIALS_EDITORS),
    About(r"^people/<int:pk>/(apart|merge)/<", "person", EDITORS),
    About(r"^people/<int:pk>/replace/", "person", EDITORS, queries=("", "?words=zq", "?by=new")),
    About(r"^people/<", "person", EDITORS, posts=({}, {"version": "1"})),
    About(r"^accounts/sessions/<", "session", ITS_OWN),
    About(r"^accounts/drafts/<", "draft", frozenset()),  # of the browser that sent it
    About(r"^accounts/2fa/webauthn/keys/<", "passkey", ITS_OWN),
    # about an object that is not in the address
    About(r"^work/(sites/)?$", "trial", SITES_OWN, queries=("", "?trial={key}")),
    About(r"^work/bulk/choose/", "site", EDITORS, queries=("?site={site}:1",), posts=({"site": "{site}:1"},)),
    About(r"^registry/$", "trial", SITES_OWN, queries=("", "?trial={key}")),
    About(r"^registry/decide/$", "conflict", TRIALS_EDITORS, posts=DECIDED),
    About(r"^people/add/$", "trial", EDITORS, queries=("?trial={key}",)),
    About(r"^work/confirm/$", "site", EDITORS, posts=({"seen": "{site}:1", "only": "{site}"}, {"site": "{site}"})),
    About(r"^work/confirm/review/$", "trial", SITES_OWN, queries=("", "?trial={key}")),
    About(
        r"^work/remind/$", "site", TRIALS_EDITORS | {R.MANAGER}, queries=("?site={site}",),
        posts=({"site": "{site}"}, {"site": "{site}", "send": "1"}),
    ),
    About(r"^work/undo/$", "confirmation", frozenset(), posts=({"confirmation": "{confirmation}"},)),
    About(
        r"^admin/sites/trialsite/add/$", "trial", TRIALS_OWN,
        posts=({"trial": "{trial}", "facility": "{own_facility}"},), queries=("?trial={trial}",),
    ),
    About(r"^admin/contacts/person/add/$", "site", SITES_OWN, queries=("?trial_site={site}", "?trial={trial}")),
    About(
        r"^admin/sites/trialsite/$", "trial", SITES_OWN,
        queries=("?trial__id__exact={trial}", "?trial={trial}", "?facility={facility}"),
    ),
]  # fmt: skip
#: Asked beside the addresses of the patterns: two objects in one address, or a second one of a kind.
FURTHER = [
    About("people/{own_person}/merge/{second}/", "second", EDITORS),
    About("people/{own_person}/apart/{second}/", "second", EDITORS),
    About("people/{own_person}/replace/", "second", EDITORS, queries=("?by={second}",)),
    About("admin/contacts/person/{central}/change/", "central", SITES_OWN),
    About("admin/contacts/person/{central}/history/", "central", SITES_OWN),
    About("admin/contacts/person/{second}/change/", "second", SITES_OWN),
    About("admin/contacts/person/{second}/history/", "second", SITES_OWN),
    About("trials/{own_key}/enrollment/{site}/", "site", SITES_OWN),
    About("trials/{own_key}/activation/{site}/", "site", SITES_OWN),
    About("trials/{own_key}/report/", "site", frozenset({R.PUBLIC}), queries=("?site={site}",)),
    About("registry/{site_conflict}/edit/", "site_conflict", EDITORS),
    About("work/proposals/{correction}/", "correction", SITES_OWN, posts=DECISIONS),
    About("work/reports/{trial_report}/", "trial_report", TRIALS_EDITORS, posts=({"outcome": "MENDED"},)),
    About("work/flags/{trial_flag}/", "trial_flag", TRIALS_OWN, posts=({}, {"answer": "x"})),
]
UNNUMBERED = re.compile(r"<[^>]+>")


def about(pattern: str) -> About | None:
    """How to ask an address; None for one that is about no object. AssertionError for one that nobody wrote down."""
    found = next((line for line in OBJECTS if re.search(line.pattern, pattern)), None)
    assert found or "<" not in pattern or is_expression(pattern), (
        f"{pattern} is about an object: add a line to OBJECTS in tests/access/url_catalogue.py that says about which one, "
        "and who finds it there."
    )
    return found


def is_expression(pattern: str) -> bool:
    """An address by regular expression; its own app tests it."""
    return "^" in pattern or "(?P" in pattern


def all_patterns() -> list[str]:
    return sorted(pattern for pattern in set(patterns()) if not is_expression(pattern))


def names(realm: Realm | None, own: Realm) -> dict[str, str]:
    """What stands for each object in an address or a form; for no realm, what nothing has."""
    told = {kind: str(realm.rows.get(kind, row).pk if realm else MISSING) for kind, row in own.rows.items()}
    told["key"] = realm.trial.key if realm else f"NCT{MISSING}0"
    told["slug"] = realm.facility.slug if realm else f"nowhere-{MISSING}"
    return told | {"own_facility": str(own.facility.pk), "own_person": str(own.person.pk), "own_key": own.trial.key}


def filled(pattern: str, kind: str, told: dict[str, str]) -> str:
    """The address of an object."""
    slots = {name: told[name.strip("<>").rpartition(":")[2]] for name in ("<str:key>", "<slug:slug>", "<int:site>")}
    slots |= {"<int:other_pk>": told["own_person"], "<slug:what>": "target", "<str:kind>": "csv"}
    return "/" + UNNUMBERED.sub(lambda slot: slots.get(slot[0], told[kind]), pattern).format(**told)


def autocompletes() -> list[str]:
    """Every question that a field with suggestions asks."""
    asked = set()
    for model_admin in admin.site._registry.values():
        for holder in (model_admin, *(part(model_admin.model, admin.site) for part in model_admin.inlines)):
            meta = holder.opts if hasattr(holder, "opts") else holder.model._meta
            asked |= {(meta.app_label, meta.model_name, name) for name in holder.autocomplete_fields}
    fields = "app_label={}&model_name={}&field_name={}"
    return ["/admin/autocomplete/?" + fields.format(*names) for names in sorted(asked)]
