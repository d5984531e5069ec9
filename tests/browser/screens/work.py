"""A coordinator's work: the list, changing, proposing, deciding, flags, reports, reminders and many at once."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from sites.models import TrialSite
from tests.browser.screens import trial_forms
from tests.browser.screens.stage import at, change_as_other_user, press
from tests.browser.screens.trial_forms import LEAD, SITE, own_site
from tests.factories import a_user
from work.flags import raise_flag
from work.models import Proposal
from work.proposals.services import propose
from work.public_reports.services import send_report

FOLDERS = ["work"]
ELSEWHERE = {"work/public_reports/report_form.html": "public", "work/public_reports/thanks.html": "public"}
ELSEWHERE |= {f"work/{name}.html": "overview" for name in (
    "overview/overview", "overview/saved_view", "boards/boards", "mail_confirmation/page", "mail_confirmation/unusable",
    "reminders/unsubscribe", "reminders/unsubscribe_invalid", "health/trial",
)}  # fmt: skip
MANAGER = "manager"
SHEET = "\n".join(
    [
        "Trial\tFacility\tFirst in between\tSince (first)\tThen\tSince (then)\tNew status\tNew since\tConfirm",
        "NCT00000001\tRiverside Cancer Centre\t\t\t\t\tSuspended\t2026-01-15\t",
        "NCT00000001\tKlinikum Lindenau\t\t\t\t\tRecruiting\t{today}\t",
        "NCT00000001\tHyogo East Hospital\t\t\t\t\tActive, not recruiting\t{today}\t",
        "NCT00000001\tHalverson Clinic\tRecruiting\t{week_ago}\tActive, not recruiting\t{today}\tCompleted\t{today}\t",
        "NCT00000001\tHospital dos Jacarandás\t\t\t\t\tCompleted\t{today}\t",
        "NCT00000001\tOspedale San Rocco\t\t\t\t\t\t\tyes",
        "NCT00000001\tHospital of the Moon\t\t\t\t\t\t\tyes",
    ]
)


def actor(login: str = MANAGER) -> str:
    return get_user_model().objects.get(username=login).actor


def recruiting(trial: str = "NCT00000001") -> TrialSite:
    return TrialSite.objects.filter(trial__nct_id=trial, status="RECRUITING").order_by("pk").first()


def nothing_assigned(stage):
    a_user("newcomer")
    return stage.go("/work/", "newcomer")


def confirmed(stage):
    page = stage.go("/work/", SITE)
    page.locator("[data-confirm]:visible").first.click()
    page.locator("#undo").wait_for()
    return page


def change(stage):
    return stage.go(f"/work/sites/{own_site().pk}/change/", SITE)


def change_with_errors(stage):
    page = change(stage)
    page.locator("[name=effective_on]").fill("2026-13-45")
    return press(page, "Save")


def change_with_warnings(stage):
    page = stage.go(f"/work/sites/{recruiting().pk}/change/", LEAD)
    page.check("[value=TERMINATED]")
    page.locator("[name=effective_on]").fill("2026-01-02")
    return press(page, "Save")


def change_of_stale(stage):
    site = recruiting()
    page = stage.go(f"/work/sites/{site.pk}/change/", LEAD)
    page.check("[value=SUSPENDED]")
    change_as_other_user(site, internal_note="Called them this morning.")
    return press(page, "Save")


def change_of_ended(stage):
    site = TrialSite.objects.filter(status="COMPLETED", trial__nct_id="NCT00000001").first()
    site = site or TrialSite.objects.filter(status__in=["COMPLETED", "WITHDRAWN", "TERMINATED"]).first()
    return stage.go(f"/work/sites/{site.pk}/change/", "administrator")


def next_steps(stage):
    site = TrialSite.objects.filter(trial__nct_id="NCT00000003").exclude(status="RECRUITING").first()
    page = stage.go(f"/work/sites/{site.pk}/change/", LEAD)
    page.check("[value=RECRUITING]")
    return press(page, "Save")


def overall(stage):
    return stage.go("/work/trials/NCT00000003/overall/", LEAD)


def overall_with_errors(stage):
    page = overall(stage)
    page.check("[name=overall_status][value=SUSPENDED]")
    return press(page, "Save")


def overall_closed(stage):
    page = stage.go("/work/trials/NCT00000001/overall/", LEAD)
    page.check("[name=overall_status][value=TERMINATED]")
    page.fill("[name=why_stopped]", "The sponsor ended the programme; not for reasons of safety.")
    press(page, "Save")
    if page.locator("[name=accept_warnings]:visible").count():
        page.check("[name=accept_warnings]")
        press(page, "Save")
    return page


def closing(stage):
    return stage.go("/work/trials/NCT00000001/overall/sites/", LEAD)


def closing_with_errors(stage):
    """One of them is to end over two statuses that were never entered, and has no dates."""
    page = closing(stage)
    row = page.locator("tr:has([name$=-opened_on])").first
    row.locator("[name$=-chosen]").check()
    row.locator("select").select_option("TERMINATED")
    return press(page, "Update selected sites")


def a_correction(stage):
    return stage.go(f"/work/sites/{own_site().pk}/propose/hospital/", SITE)


def a_correction_with_errors(stage):
    page = a_correction(stage)
    return press(page, "Submit for approval")


def a_proposal_sent(stage):
    page = a_correction(stage)
    page.fill("[name=name]", "St Brannoc’s Hospital and Institute of Translational Medicine of the South West")
    page.fill("[name=why]", "The two houses were merged.")
    return press(page, "Submit for approval")


def a_proposal_waiting(stage):
    return stage.go(f"/work/sites/{own_site().pk}/propose/hospital/", SITE)


def decider() -> str:
    return "administrator"


def a_proposal_to_decide(stage):
    return stage.go(Proposal.objects.latest("pk").get_absolute_url(), decider())


def outdated_proposal(stage):
    """Accepted at a version that is no longer there."""
    page = a_proposal_to_decide(stage)
    change_as_other_user(Proposal.objects.latest("pk").trial_site.facility, city="Bristol upon Avon")
    return press(page, "Accept")


def a_proposal_declined_without_words(stage):
    return press(a_proposal_to_decide(stage), "Decline")


def a_proposal_declined(stage):
    page = a_proposal_to_decide(stage)
    page.fill("[name=decision_note]", "The register of hospitals still has the old name.")
    return press(page, "Decline")


def proposal_outcome(stage):
    return stage.go(Proposal.objects.latest("pk").get_absolute_url(), SITE)


def target(stage):
    site = recruiting()
    propose(
        site,
        kind="TARGET",
        new={"enrollment_target": "60"},
        why="Three wards more take part.",
        author=actor(),
        version=site.version,
    )
    return stage.go(f"/work/sites/{site.pk}/propose/target/", LEAD)


def stages(stage):
    return stage.go(f"/work/sites/{own_site().pk}/propose/stages/", SITE)


def stages_refused(stage):
    page = stages(stage)
    page.fill("[name=CLOSED-actual_on]", "2020-01-01")
    return press(page, "Submit for approval")


def stages_proposed(stage):
    page = stages(stage)
    page.fill("[name=LAST_PARTICIPANT-forecast_on]", "2099-06-01")
    page.fill("[name=why]", "The last of them was invited.")
    return press(page, "Submit for approval")


def flag(stage):
    site = recruiting()
    raised = raise_flag(trial=site.trial, site=site, text="Does this site still recruit?", author=actor())
    return stage.go(raised.get_absolute_url(), LEAD)


def flag_without_words(stage):
    return press(flag(stage), "Save answer")


def flag_of_ones_own(stage):
    page = stage.go("/work/trials/NCT00000001/", MANAGER)
    return page


def received(stage):
    site = recruiting()
    said = {
        "sender": "editor",
        "message": "They told me that nobody is taken any more. " * 4,
        "email": "a@example.org",
    }
    told = send_report(trial=site.trial, site=site, contact=None, fault="STATUS", now=timezone.now(), **said)
    return stage.go(told.get_absolute_url(), LEAD)


def resolved_report(stage):
    return press(received(stage), "Mark as resolved")


def sheet(stage):
    page = stage.go("/work/bulk/", LEAD)
    today = timezone.localdate()
    page.fill("[name=table]", SHEET.format(today=today, week_ago=today - timedelta(days=7)))
    return press(page, "Preview changes")


def sheet_refused(stage):
    page = stage.go("/work/bulk/", LEAD)
    page.fill("[name=table]", "Colour\nblue")
    return press(page, "Preview changes")


def bulk_result(stage):
    page = sheet(stage)
    return press(page, "Apply")


def bulk_result_undone(stage):
    page = stage.page(LEAD)
    return press(page, "Undo")


def chosen(stage):
    sites = TrialSite.objects.filter(trial__nct_id="NCT00000001")[:4]
    return stage.go(f"/work/bulk/choose/?{'&'.join(f'site={one.pk}:{one.version}' for one in sites)}", LEAD)


def chosen_in_between(stage):
    page = chosen(stage)
    page.locator("summary", has_text="earlier statuses").click()
    page.select_option("[name=first_status]", "RECRUITING")
    return press(page, "Preview changes")


def chosen_nothing(stage):
    return press(chosen(stage), "Preview changes")


SCREENS = {
    "work": at("/work/", SITE),
    "work-lead": at("/work/", LEAD),
    "work-of-a-trial": at("/work/?trial=NCT00000001", LEAD),
    "work-manager": at("/work/", MANAGER),
    "work-inspector": at("/work/", "inspector"),
    "work-nothing-assigned": nothing_assigned,
    "confirmed": confirmed,
    "other-sites": at("/work/sites/", LEAD),
    "trial": at("/work/trials/NCT00000001/", LEAD),
    "trial-findings": at("/work/trials/NCT00000003/", LEAD),
    "trial-mended": at("/work/trials/NCT00000003/?state=mended", LEAD),
    "trial-manager": at("/work/trials/NCT00000001/", MANAGER),
    "change": change,
    "change-with-errors": change_with_errors,
    "change-that-asks": change_with_warnings,
    "change-of-stale": change_of_stale,
    "change-of-ended": change_of_ended,
    "what-follows": next_steps,
    "overall": overall,
    "overall-with-errors": overall_with_errors,
    "correction": a_correction,
    "correction-with-errors": a_correction_with_errors,
    "proposal-sent": a_proposal_sent,
    "proposal-waiting": a_proposal_waiting,
    "proposals": at("/work/proposals/", SITE),
    "proposals-none": at("/work/proposals/", "newcomer"),
    "proposal-to-decide": a_proposal_to_decide,
    "proposal-declined-without-words": a_proposal_declined_without_words,
    "proposal-overtaken": outdated_proposal,
    "proposal-declined": a_proposal_declined,
    "proposal-answered": proposal_outcome,
    "target": target,
    "stages": stages,
    "stages-refused": stages_refused,
    "stages-proposed": stages_proposed,
    "flag": flag,
    "flag-without-words": flag_without_words,
    "received": received,
    "mended": resolved_report,
    "reminders": at("/work/reminders/", LEAD),
    **trial_forms.SCREENS,
    "bulk": at("/work/bulk/", LEAD),
    "bulk-refused": sheet_refused,
    "bulk-chosen": chosen,
    "bulk-chosen-nothing": chosen_nothing,
    "bulk-chosen-in-between": chosen_in_between,
    "bulk-receipt": bulk_result,
    "bulk-undone": bulk_result_undone,
    "bulk-dry-run": sheet,
    "overall-closed": overall_closed,
    "closing": closing,
    "closing-with-errors": closing_with_errors,
}
