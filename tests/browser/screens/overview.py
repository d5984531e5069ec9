"""What managers and inspectors see: overview, sites of all trials, weeks, past days; and the page of a mail's link."""

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from sites.models import TrialSite
from tests.browser.screens.stage import ANONYMOUS, at, follow, press
from work.mail_confirmation.services import mail_link
from work.models import Reminder
from work.reminders.changes_mail import unsubscribe_url

FOLDERS = [
    "work/overview", "work/boards", "work/health", "work/mail_confirmation", "publishing", "sites/weeks.html",
    "sites/status_history.html", "work/reminders/unsubscribe.html", "work/reminders/unsubscribe_invalid.html",
]  # fmt: skip
ELSEWHERE: dict[str, str] = {}
MANAGER, INSPECTOR, TRIAL = "manager", "inspector", "/trials/NCT00000001/"


def saved_view(stage):
    page = stage.go("/overview/?late=any&group=sponsor", MANAGER)
    page.get_by_text("Save this view").click()
    page.get_by_label("Name of the view").fill("Late trials by sponsor")
    press(page, "Save view")
    return follow(page, page.get_by_role("link", name="Rename or delete"))


def mail_page(stage):
    user = User.objects.get(username="coordinator")
    sites = TrialSite.objects.editable_by(user).recruiting()
    today = timezone.localdate()
    mail, _ = Reminder.objects.get_or_create(user=user, for_day=today, defaults={"subject": "Tasks"})
    return stage.go(mail_link(mail, sites, on=today).removeprefix(settings.PUBLIC_URL.rstrip("/")), ANONYMOUS)


def unsubscribe_page(stage):
    url = unsubscribe_url(User.objects.get(username="manager"))
    return stage.go(url.removeprefix(settings.PUBLIC_URL.rstrip("/")), ANONYMOUS)


SCREENS = {
    "overview": at("/overview/", MANAGER),
    "overview-grouped": at("/overview/?group=country", MANAGER),
    "overview-nothing": at("/overview/?words=unicorn", MANAGER),
    "saved-view": saved_view,
    "sites-of-all-trials": at("/boards/", MANAGER),
    "sites-by-coordinator": at("/boards/?group=coordinator", MANAGER),
    "health": at(f"{TRIAL}health/", INSPECTOR),
    "weeks": at(f"{TRIAL}weeks/", INSPECTOR),
    "weeks-ages": at(f"{TRIAL}weeks/?show=age", ANONYMOUS),
    "status-history": at(f"{TRIAL}history/", INSPECTOR),
    "board-as-of": at(f"{TRIAL}sites/?as_of=2026-03-01", INSPECTOR),
    "trial-as-recorded": at(f"{TRIAL}?as_of=2026-03-01&as=recorded", INSPECTOR),
    "public-on-a-day": at(f"{TRIAL}public/", INSPECTOR),
    "public-before-the-record": at(f"{TRIAL}public/?on=2020-01-01", INSPECTOR),
    "changes": at("/changes/", MANAGER),
    "changes-nothing": at("/changes/?country=Iceland", ANONYMOUS),
    "mail-link": mail_page,
    "mail-link-invalid": at("/confirm/nothing/", ANONYMOUS, status=404),
    "unsubscribe": unsubscribe_page,
    "unsubscribe-invalid": at("/unsubscribe/nothing/", ANONYMOUS, status=404),
}
