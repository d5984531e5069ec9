"""What anybody sees: finding trials, a trial, its board, a hospital, a report, and every refusal."""

from tests.browser.screens.stage import at, follow, press

TRIAL = "/trials/NCT00000001/"
FOLDERS = [
    "search", "trials", "sites/board.html", "sites/facility.html", "sites/statuses.html", "sites/statistics.html",
    "sites/contact_sheet.html", "sites/embed.html", "topics", "work/public_reports", "400.html",
    "404.html", "414.html", "bad_parameters.html",
]  # fmt: skip
ELSEWHERE = {"work/public_reports/report.html": "work"}


def report_with_errors(stage):
    page = stage.go(f"{TRIAL}report/")
    page.fill("[name=email]", "nobody at nowhere")
    return press(page, "Send")


def report_sent(stage):
    page = stage.go(f"{TRIAL}report/")
    page.locator("[name=fault]").first.check()
    page.fill("[name=message]", "The number in the record rings at the canteen.")
    return press(page, "Send")


def report_of_a_site(stage):
    page = stage.go(TRIAL)
    return follow(page, page.locator("a[href*='/report/?site=']").first)


def report_of_a_contact(stage):
    page = stage.go(TRIAL)
    contact = page.locator("a[href*='/report/?site=']").first.get_attribute("href").partition("site=")[2]
    page.goto(f"{TRIAL}report/?site={contact}")
    page.get_by_label("A contact is wrong or does not answer").check()
    return page


def a_hospital(stage):
    page = stage.go(TRIAL)
    page.goto(page.locator("a[href^='/facilities/']").first.get_attribute("href"))
    return page


def hospital_frame(stage):
    page = a_hospital(stage)
    page.goto(f"{page.url}embed/")
    return page


def open_map(stage):
    page = stage.go(TRIAL)
    page.get_by_role("button", name="Open a map that can be zoomed").click()
    page.locator(".map-cluster").first.wait_for()
    return page


def api_docs(stage):
    page = stage.go("/api/docs/")
    page.locator("h1").first.wait_for()
    return page


SCREENS = {
    "find": at("/"),
    "find-words": at("/?words=cancer"),
    "find-many-filters": at("/?words=cancer&status=RECRUITING&country=Japan"),
    "find-nothing": at("/?words=unicorn"),
    "find-refused": at("/?status=NO_SUCH", status=400),
    "near": at("/?near=Lyon, France&within=100"),
    "near-ambiguous": at("/?near=Springfield"),
    "near-nothing": at("/?near=Reykjavik&within=10"),
    "trial": at(TRIAL),
    "trial-with-open-map": open_map,
    "trial-not-yet": at("/trials/NCT00000003/"),
    **{f"trial-{number}": at(f"/trials/NCT{number:08}/") for number in (2, 4, 5, 6, 7, 8)},
    "contact-sheet": at(f"{TRIAL}contacts/"),
    "related": at(f"{TRIAL}related/"),
    "board": at(f"{TRIAL}sites/"),
    "board-narrowed": at(f"{TRIAL}sites/?status=RECRUITING"),
    "board-nothing": at(f"{TRIAL}sites/?words=nowhere"),
    "board-refused": at(f"{TRIAL}sites/?status=NO_SUCH", status=400),
    "board-few": at("/trials/NCT00000003/sites/"),
    "hospital": a_hospital,
    "hospital-frame": hospital_frame,
    "condition": at("/conditions/colon-cancer/"),
    "sponsor": at("/sponsors/northgate-trials-unit/"),
    "country": at("/countries/brazil/"),
    "investigator": at("/investigators/caspian-wrenfield/"),
    "statuses": at("/about/statuses/"),
    "statistics": at("/statistics/"),
    "report": at(f"{TRIAL}report/"),
    "report-of-a-site": report_of_a_site,
    "report-of-a-contact": report_of_a_contact,
    "report-with-errors": report_with_errors,
    "report-sent": report_sent,
    "missing": at("/trials/NCT99999999/", status=404),
    "too-long": at(f"/?words={'a' * 4_000}", status=414),
    "bad-request": at(f"{TRIAL}report/?site=x", status=400),
    "api-docs": api_docs,
}
