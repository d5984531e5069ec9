"""Those who read it at once: a visitor on the trial's page and on its board, and a partner."""

import re
from dataclasses import dataclass
from datetime import date

from demo import content
from sites.confirmation_age import confirmation_age

TEXTS = "found => Object.fromEntries(found.map(one => [one.id, one.textContent.replace(/\\s+/g, ' ')]))"
KEY = {"Authorization": f"Bearer {content.partner()['key']}"}


@dataclass
class Readers:
    """`page` is a browser in which nobody signed in."""

    page: object

    def on_the_page(self, trial: str) -> dict[str, str]:
        """What each site's card says, by its anchor."""
        self.page.goto(f"/trials/{trial}/")
        return self.page.locator("li.site").evaluate_all(TEXTS)

    def on_the_board(self, trial: str) -> dict[str, str]:
        self.page.goto(f"/trials/{trial}/sites/")
        return self.page.locator("tbody tr").evaluate_all(TEXTS)

    def from_the_api(self, trial: str) -> dict:
        return self.page.request.get(f"/api/v1/trials/{trial}/", headers=KEY).json()

    def overall(self, trial: str) -> list[str]:
        """What the page, the board and the partner's document say of the trial as a whole."""
        said = []
        for address, place in ((f"/trials/{trial}/", ".standing"), (f"/trials/{trial}/sites/", ".board-top .line")):
            self.page.goto(address)
            said.append(self.page.locator(f"{place} .status").first.inner_text().strip())
        return [*said, self.from_the_api(trial)["overall_status"]]


def assert_all_say(readers: Readers, sites, *, on) -> None:
    """Of sites of one trial: their status, and how old that truth is `on` the day, which is today."""
    trial = sites[0].trial.nct_id
    page, board = readers.on_the_page(trial), readers.on_the_board(trial)
    document = {site["id"]: site for site in readers.from_the_api(trial)["sites"]}
    for site in sites:
        for text in (page[f"site-{site.pk}"], board[f"site-{site.pk}"]):
            assert site.get_status_display() in text
            assert re.search(_age_of(site, on), text.casefold()), text
        assert document[site.pk]["status"] == site.status
        assert document[site.pk]["last_confirmed_on"] == (site.last_confirmed_on and site.last_confirmed_on.isoformat())


def _age_of(site, on: date) -> str:
    """A pattern. A status that the registry gave is nobody's confirmation, whatever was confirmed before it."""
    if site.last_confirmed_on is None:
        return "as imported from clinicaltrials.gov"
    return f"by the (site|trial office) {confirmation_age((on - site.last_confirmed_on).days).text}"
