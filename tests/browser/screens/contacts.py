"""Screens of contacts: search, add, edit, replace, merge, mark as different people, and erase."""

from contacts.models import Person, Role
from tests.browser.screens.stage import at, change_as_other_user, follow, press
from tests.factories import a_contact, a_user, make
from trials.models import Trial
from work.models import Flag

FOLDERS = ["contacts"]
ELSEWHERE: dict[str, str] = {}
LEAD, MANY = "trialcoordinator", "administrator"
NAME = "Prof. Dr. Annegret Freifrau von und zu Hohenstein-Wittelsbach-Lippe"
ADDRESS = "annegret.freifrau.von.und.zu.hohenstein@universitaetsklinikum-nordwest.example.org"


def person(name: str = NAME) -> Person:
    """A contact with a role in a trial of the coordinator; by default with a long name and e-mail address."""
    known = Person.objects.filter(name=name).first()
    if known is None:
        known = a_contact(trial=Trial.objects.get(nct_id="NCT00000001"), name=name).person
        change_as_other_user(known, email=ADDRESS)
    return known


def duplicate_person() -> Person:
    return person("A. Freifrau")


def page_of(stage, path: str = "", login: str = LEAD):
    return stage.go(f"/people/{person().pk}/{path}", login)


def in_the_trial(page):
    return follow(page, page.locator("main").get_by_role("link", name="HARBOR-2"))


def sub(path: str):
    return lambda stage: page_of(stage, path)


def unassigned_user(stage):
    a_user("newcomer")
    return stage.go("/people/", "newcomer")


def added_with_errors(stage):
    page = stage.go("/people/add/", LEAD)
    in_the_trial(page)
    page.fill("[name=email]", "[email protected]")
    return press(page, "Add contact")


def edited_with_errors(stage):
    page = page_of(stage, "edit/")
    page.fill("[name=name]", "")
    page.fill("[name=email]", "not an address")
    return press(page, "Save")


def edited_of_stale(stage):
    page = page_of(stage, "edit/")
    change_as_other_user(person(), phone="+49 30 5550 1199")
    page.fill("[name=phone]", "+49 30 5550 1100")
    return press(page, "Save")


def role_added(stage):
    return in_the_trial(page_of(stage, "roles/add/"))


def role_added_with_errors(stage):
    return press(role_added(stage), "Add role")


def role_ended(stage):
    return stage.go(f"/people/roles/{Role.objects.filter(person=person()).latest('pk').pk}/end/", LEAD)


def role_ended_with_errors(stage):
    page = role_ended(stage)
    page.locator("#end_form input[type=date]").fill("")
    return press(page, "Save")


def replaced_by(stage):
    page = page_of(stage, "replace/?by=new")
    return page


def replaced_with_errors(stage):
    page = replaced_by(stage)
    page.locator("[name=role]").first.uncheck()
    return press(page, "Preview changes")


def replacement_shown(stage):
    page = replaced_by(stage)
    page.fill("[name=name]", "Bea Other")
    page.fill("[name=phone]", "+33 4 77 77 77 77")
    page.fill("[name=on]", "2099-03-01")
    return press(page, "Preview changes")


def replacement_done(stage):
    return press(replacement_shown(stage), "Replace contact in")


def replacement_undone(stage):
    return press(stage.page(LEAD), "Undo")


def duplicates(stage):
    person(), duplicate_person()
    return stage.go("/people/duplicates/", LEAD)


def compared(stage):
    return page_of(stage, f"merge/{duplicate_person().pk}/")


def marked_as_different(stage):
    """Another possible duplicate, which is no longer listed afterwards."""
    person("Annegret Freifrau")
    return press(duplicates(stage), "Mark as different people")


def merged(stage):
    return press(compared(stage), "Merge")


def merged_person(stage):
    return stage.go(f"/people/{duplicate_person().pk}/", "administrator")


def mentioned_in_texts(stage):
    """Mentions in a note, a text of the trial and a flag: redactable texts, and texts to edit by hand."""
    trial = Trial.objects.get(nct_id="NCT00000001")
    site = trial.trial_sites.order_by("pk").first()
    change_as_other_user(
        site, internal_note=f"Ask {NAME} before you call, or write to {ADDRESS}, which is read on Mondays."
    )
    change_as_other_user(trial, detailed_description=f"{trial.detailed_description}\n\nQuestions go to {NAME}.")
    make(Flag, trial=trial, trial_site=site, text=f"Is {NAME} still there?", raised_by="user:1")
    return page_of(stage, "erase/", "administrator")


def erasing_with_errors(stage):
    return press(page_of(stage, "erase/", "administrator"), "Erase permanently")


def erased(stage):
    page = page_of(stage, "erase/", "administrator")
    page.locator("#erase_form input[type=text]").fill("erase")
    page.locator("#erase_form textarea").fill("They asked for it.")
    return press(page, "Erase permanently")


SCREENS = {
    "people": at("/people/", LEAD),
    "people-found": at("/people/?words=adeyemi", LEAD),
    "people-nobody": at("/people/?words=unicorn", LEAD),
    "people-of-a-stranger": unassigned_user,
    "add": at("/people/add/", LEAD),
    "add-to-no-trial": at("/people/add/?trial=NCT99999999", LEAD),
    "add-to-one-of-many": at("/people/add/?trial=NCT99999999", MANY),
    "add-with-errors": added_with_errors,
    "person": page_of,
    "person-read": lambda stage: page_of(stage, "", "administrator"),
    "edit": sub("edit/"),
    "edit-with-errors": edited_with_errors,
    "edit-of-stale": edited_of_stale,
    "role-where": sub("roles/add/"),
    "role": role_added,
    "role-with-errors": role_added_with_errors,
    "role-end": role_ended,
    "role-end-with-errors": role_ended_with_errors,
    "replace-who": sub("replace/"),
    "replace-nobody": sub("replace/?words=unicorn"),
    "replace": replaced_by,
    "replace-with-errors": replaced_with_errors,
    "replace-shown": replacement_shown,
    "replaced": replacement_done,
    "replaced-undone": replacement_undone,
    "duplicates": duplicates,
    "compare": compared,
    "merged": merged,
    "merged-away": merged_person,
    "told-apart": marked_as_different,
    "duplicates-none": at("/people/duplicates/", "coordinator"),
    "erase": lambda stage: page_of(stage, "erase/", "administrator"),
    "erase-with-texts": mentioned_in_texts,
    "erase-with-errors": erasing_with_errors,
    "erased": erased,
}
