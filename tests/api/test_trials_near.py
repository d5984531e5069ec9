"""Trials with a recruiting site around a point."""

import pytest

from tests.factories import a_facility, a_site, a_trial

pytestmark = pytest.mark.django_db
LYON = {"latitude": 45.76, "longitude": 4.84}
TRIALS = "/api/v1/trials/"


@pytest.fixture(autouse=True)
def trials():
    """1 recruits in Lyon, 2 has a completed site there, 3 recruits 390 km away in Paris."""
    lyon, paris = a_facility(1, **LYON), a_facility(2, latitude=48.86, longitude=2.35)
    for number, facility, status in ((1, lyon, "RECRUITING"), (2, lyon, "COMPLETED"), (3, paris, "RECRUITING")):
        trial = a_trial(number, overall_status="RECRUITING")
        a_site(trial, facility, status=status, since="2026-01-01")


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"near": "45.7,4.8"}, [1]),
        ({"near": "45.7,4.8", "within_km": "500"}, [1, 3]),
        ({"near": "45.7,4.8", "within_km": "1"}, []),
        ({"near": "45.7,4.8", "within_km": "500", "status": "COMPLETED"}, []),
    ],
)
def test_only_trials_that_recruit_within_the_circle(ask, params, expected):
    results = ask(TRIALS, params).json()["results"]
    assert sorted(int(one["nct_id"][-1]) for one in results) == expected


@pytest.mark.parametrize(
    ("params", "name"), [({"within_km": "5"}, "within_km"), ({"near": "Lyon"}, "near"), ({"near": "91,0"}, "near")]
)
def test_wrong_parameters_are_refused_by_name(ask, params, name):
    response = ask(TRIALS, params)
    assert response.status_code == 400
    assert name in response.content.decode()
