"""The demo, whose passwords are public, does not require a second factor; all other servers do."""

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
    values = next(values for values in content.trials().values() if "nct_id" in values)
    a_trial(nct_id=values["nct_id"])


def test_the_demo_does_not_require_a_second_factor(settings, demo):
    disable_mfa_for_demo()
    assert settings.SECOND_FACTOR_DEMANDED is False


def test_the_environment_variable_applies_to_the_demo_too(settings, demo):
    settings.SECOND_FACTOR_IS_SETTLED = True
    disable_mfa_for_demo()
    assert settings.SECOND_FACTOR_DEMANDED is True


def test_other_data_requires_a_second_factor(settings):
    a_trial(nct_id="NCT04500000")
    disable_mfa_for_demo()
    assert settings.SECOND_FACTOR_DEMANDED is True
