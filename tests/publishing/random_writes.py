"""Random writes to all source tables of documents, by every write path."""

import random

from django.db import connection

from contacts.choices import ContactRole, RoleKind
from contacts.models import Person, Role
from history.authorship import authored
from history.tracking import without_insert_events
from publishing.rebuild import publish_trial_data
from publishing.trial_data import LIST_MODELS, load_trial_data
from sites.choices import SiteStatus
from sites.models import Confirmation, Facility, StatusEvent, TrialSite
from trials.choices import OverallStatus, Phase
from trials.models import Outcome, Trial


def random_write(dice: random.Random) -> None:
    """One write, signed; what it needs and does not find, it makes."""
    with authored("test"):
        dice.choice(WRITE_PATHS)(dice)


def any_row(model, dice: random.Random, **filters):
    pks = list(model.objects.filter(**filters).order_by("pk").values_list("pk", flat=True))
    return model.objects.get(pk=dice.choice(pks)) if pks else None


def some_rows(model, dice: random.Random):
    """A queryset of up to five rows."""
    pks = list(model.objects.order_by("pk").values_list("pk", flat=True))
    return model.objects.filter(pk__in=dice.sample(pks, min(len(pks), 5)))


def new_trial(dice):
    Trial.objects.create(
        nct_id=f"NCT{dice.randrange(10**8):08}",
        brief_title=f"Trial {dice.random()}",
        conditions=[f"Condition {dice.randrange(5)}"],
        overall_status=dice.choice(OverallStatus.values),
        verified_on=dice.choice([None, "2020-01", "2026-01"]),
    )


def bulk_trials(dice):
    Trial.objects.bulk_create([Trial(org_study_id=f"ORG-{dice.random()}") for _ in range(3)])


def imported_trial(dice):
    """As the importer does: rows without marks, published from the trial_data in the same transaction."""
    with without_insert_events():
        trial = Trial.objects.create(nct_id=f"NCT{dice.randrange(10**8):08}", brief_title="Imported")
        Outcome.objects.create(trial=trial, measure="Imported outcome")
        publish_trial_data(load_trial_data([trial.pk]).values())


def saved_trial(dice):
    if trial := any_row(Trial, dice):
        trial.brief_title = f"Saved {dice.random()}"
        trial.phases = [dice.choice(Phase.values)]
        trial.save()


def updated_trials(dice):
    some_rows(Trial, dice).update(is_public=dice.random() < 0.8)


def trial_by_sql(dice):
    _sql("UPDATE trials_trial SET acronym = %s WHERE id %% 7 = %s", [f"A{dice.random()}", dice.randrange(7)])


def deleted_trial(dice):
    trial = any_row(Trial, dice)
    if trial and not trial.trial_sites.exists():
        trial.delete()


def trial_deleted_by_sql(dice):
    trial = any_row(Trial, dice, trial_sites=None, roles=None)
    if trial and not any(model.objects.filter(trial=trial).exists() for model in LIST_MODELS.values()):
        _sql("DELETE FROM trials_trial WHERE id = %s", [trial.pk])


def new_part(dice):
    if trial := any_row(Trial, dice):
        dice.choice(list(LIST_MODELS.values())).objects.create(trial=trial, position=dice.randrange(9))


def bulk_parts(dice):
    if trial := any_row(Trial, dice):
        Outcome.objects.bulk_create([Outcome(trial=trial, measure=f"Outcome {n}", position=n) for n in range(3)])


def moved_part(dice):
    trial, part = any_row(Trial, dice), any_row(dice.choice(list(LIST_MODELS.values())), dice)
    if part:
        part.trial = trial
        part.save()


def deleted_parts(dice):
    some_rows(dice.choice(list(LIST_MODELS.values())), dice).delete()


def new_site(dice):
    facility = any_row(Facility, dice) if dice.random() < 0.6 else None
    facility = facility or Facility.objects.create(name=f"Hospital {dice.random()}", country=dice.choice("ABC"))
    if trial := any_row(Trial, dice):
        duplicate = TrialSite.objects.filter(trial=trial, facility=facility).count() + 1
        TrialSite.objects.create(trial=trial, facility=facility, duplicate_index=duplicate)


def renamed_facility(dice):
    some_rows(Facility, dice).update(city=f"Town {dice.random()}")


def facility_by_sql(dice):
    _sql("UPDATE sites_facility SET latitude = %s, longitude = 1 WHERE id %% 3 = 0", [dice.random()])


def event(dice):
    if site := any_row(TrialSite, dice):
        day = f"2026-01-{dice.randrange(1, 28):02}"
        status = dice.choice([*SiteStatus.values, "RECRUITING", "RECRUITING"])
        StatusEvent.objects.create(trial_site=site, status=status, as_of=day, author="test")


def confirmation(dice):
    if site := any_row(TrialSite, dice):
        day = f"2026-02-{dice.randrange(1, 28):02}"
        Confirmation.objects.create(trial_site=site, confirmed_on=day, author="test")


def undone_confirmations(dice):
    _sql("UPDATE sites_confirmation SET undone_at = now() WHERE id %% 5 = %s", [dice.randrange(5)])


def role_of_trial(dice):
    if trial := any_row(Trial, dice):
        kind = dice.choice([RoleKind.CENTRAL_CONTACT, RoleKind.OFFICIAL])
        _role(dice, kind=kind, trial=trial)


def role_at_site(dice):
    if site := any_row(TrialSite, dice):
        _role(dice, kind=RoleKind.SITE_CONTACT, trial_site=site)


def _role(dice, **place):
    person = any_row(Person, dice) if dice.random() < 0.4 else None
    person = person or Person.objects.create(name=f"Person {dice.random()}", mobile="CANARY", notes="CANARY")
    days = {
        "starts_on": dice.choice([None, "2020-01-01", "2099-01-01"]),
        "ends_before": dice.choice([None, "2099-02-01"]),
    }
    Role.objects.create(person=person, role=ContactRole.CONTACT, **days, **place)


def renamed_people(dice):
    some_rows(Person, dice).update(name=f"Renamed {dice.random()}")


def ended_roles(dice):
    _sql(
        "UPDATE contacts_role SET ends_before = '2025-01-01', starts_on = NULL WHERE id %% 4 = %s", [dice.randrange(4)]
    )


def moved_role(dice):
    if role := any_row(Role, dice, trial_site__isnull=False):
        role.trial_site = any_row(TrialSite, dice)
        role.save()


def deleted_role(dice):
    if role := any_row(Role, dice):
        role.delete()


def _sql(statement, params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


WRITE_PATHS = [
    new_trial, bulk_trials, imported_trial, saved_trial, updated_trials, trial_by_sql, deleted_trial,
    trial_deleted_by_sql, new_part, bulk_parts, moved_part, deleted_parts, new_site, new_site, renamed_facility,
    facility_by_sql, event, event, confirmation, undone_confirmations, role_of_trial, role_at_site, renamed_people,
    role_of_trial, role_at_site, ended_roles, moved_role, deleted_role, deleted_role,
]  # fmt: skip
