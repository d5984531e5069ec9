"""Users who receive reminders."""

import pytest

from history.authorship import authored
from tests.smtp_server import letterbox  # noqa: F401 - a fixture
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator


@pytest.fixture
def trial_with_people():
    """A trial with two overdue sites; user "site" coordinates the first, user "trial" the trial."""
    trial = a_recruiting_trial(1)
    sites = [a_confirmed_site(trial, number, days=40) for number in (1, 2)]
    people = [make_coordinator(sites[0], name="site"), make_coordinator(trial=trial, name="trial")]
    for user in people:
        user.email = f"{user.username}@example.org"
        with authored("test"):
            user.save()
    return trial, sites, people
