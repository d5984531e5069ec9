"""Screens of facilities that may be one: the list, comparison, merge, undo, and other names."""

from sites.facilities.possible_duplicates import update_possible_duplicates
from sites.models import Facility, FacilityMerge
from sites.services import merge_facilities
from tests.browser.screens.stage import at, press
from tests.factories import a_facility

FOLDERS = [
    "sites/facility_duplicates.html", "sites/facility_merge.html", "sites/facility_merges.html",
    "sites/facility_names.html",
]  # fmt: skip
ELSEWHERE: dict[str, str] = {}
ADMINISTRATOR, MANAGER = "administrator", "manager"
NAMES = ("Universitätsklinikum Nordwest", "Univ. Hosp. Nordwest")


def pair() -> tuple[Facility, Facility]:
    """Two names of one hospital, listed as possible duplicates."""
    facilities = tuple(
        Facility.objects.filter(name=name).first() or a_facility(name=name, city="Kiel", country="Germany", zip="24105")
        for name in NAMES
    )
    update_possible_duplicates()
    return facilities


def duplicates(login: str = ADMINISTRATOR):
    def opened(stage):
        pair()
        return stage.go("/facilities/duplicates/", login)

    return opened


def compared(stage):
    surviving, merged = pair()
    return stage.go(f"/facilities/{surviving.pk}/merge/{merged.pk}/", ADMINISTRATOR)


def compared_with_errors(stage):
    page = compared(stage)
    page.fill("[name=reason]", " ")
    return press(page, "Merge facilities")


def merges(stage):
    surviving, merged = pair()
    if not FacilityMerge.objects.filter(undone_at=None).exists():
        merge_facilities(surviving, merged, author="user:1", reason="The same address and telephone")
    return stage.go("/facilities/merges/", ADMINISTRATOR)


def undone(stage):
    page = merges(stage)
    page.locator("[name=reason]").first.fill("Two buildings of different owners")
    return press(page, "Undo the merge")


def names(stage):
    return stage.go(f"/facilities/{pair()[0].pk}/names/", ADMINISTRATOR)


def names_with_errors(stage):
    page = names(stage)
    page.fill("[name=ror_id]", "02mhbdp95")
    return press(page, "Save names")


SCREENS = {
    "merges-none": at("/facilities/merges/", ADMINISTRATOR),
    "duplicates": duplicates(),
    "duplicates-read-only": duplicates(MANAGER),
    "duplicates-none": at("/facilities/duplicates/", "trialcoordinator"),
    "compare": compared,
    "compare-with-errors": compared_with_errors,
    "names": names,
    "names-with-errors": names_with_errors,
    "merged": merges,
    "undone": undone,
}
