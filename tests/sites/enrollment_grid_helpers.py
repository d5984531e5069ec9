"""Helpers for tests of the enrollment grid: form data of a page, cells, trials and users."""

import re

from sites.rules import CUMULATIVE
from tests.factories import a_facility, a_site, a_trial, a_user, assign

SEEN = re.compile(r'name="seen" value="([^"]+)"')
CELL = re.compile(rf'id="((?:{"|".join(CUMULATIVE)})-\d+-[\d-]+)" name="[^"]+" value="([^"]*)"')
WARNED = re.compile(r'name="warned" value="([^"]+)"')


def grid_at(trial, month: str = "") -> str:
    return f"/trials/{trial.key}/enrollment/" + (f"?month={month}" if month else "")


def sent_back(response, **changes) -> dict:
    """The form of a page untouched, then changed: `changes` by the names of fields, underscores for hyphens."""
    page = response.content.decode()
    form = {"seen": SEEN.findall(page), "warned": WARNED.findall(page), **dict(CELL.findall(page))}
    return form | {name.replace("_", "-"): value for name, value in changes.items()}


def cell(name: str, site, month: str) -> str:
    """The keyword of a cell for `sent_back`."""
    return f"{name}_{site.pk}_{month.replace('-', '_')}"


def make_trial_with_sites(number: int, **values):
    trial = a_trial(1, overall_status="RECRUITING", **values)
    return trial, [a_site(trial, a_facility(place)) for place in range(1, number + 1)]


def make_director(trial):
    user = a_user("director", is_staff=False)
    assign(user, trial=trial)
    return user
