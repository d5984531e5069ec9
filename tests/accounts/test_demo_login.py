"""In the demo everybody knows the passwords: a second factor is not demanded there, and nowhere else."""

import pytest

from config.serve import disable_mfa_for_demo
from demo import content
from tests.factories import a_trial

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.SECOND_FACTOR_DEMANDED, settings.SECOND_FACTOR_IS_SETTLED = True, False


@pytest.fixture
def demo():
    told = next(told for told in content.trials().values() if "nct_id" in told)
    a_trial(nct_id=told["nct_id"])


def test_where_run_serves_the_demo_it_is_not_demanded(settings, demo):
    disable_mfa_for_demo()
    assert settings.SECOND_FACTOR_DEMANDED is False


def test_whoever_says_so_in_the_environment_has_it_in_the_demo_too(settings, demo):
    settings.SECOND_FACTOR_IS_SETTLED = True
    disable_mfa_for_demo()
    assert settings.SECOND_FACTOR_DEMANDED is True


def test_where_run_serves_anything_else_it_is_demanded(settings):
    a_trial(nct_id="NCT04500000")
    disable_mfa_for_demo()
    assert settings.SECOND_FACTOR_DEMANDED is True
