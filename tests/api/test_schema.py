"""The OpenAPI schema, and that responses conform to it."""

import os
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from api.query_params import ApiTrialFilterSet
from api.v1 import openapi as described
from config.wsgi import application
from sites.filters import FacilityFilterSet, SiteFilterSet
from tests.factories import a_confirmation, a_contact, a_facility, a_site, a_trial

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
FILTER_SETS = {"trials": ApiTrialFilterSet, "sites": SiteFilterSet, "facilities": FacilityFilterSet}
#: Parameters of a list beside its filters and its pages.
PAST_DAY = {"sites": {"as_of", "as"}}
#: A cursor is text to the schema, yet only ours are taken; a past day and its meaning depend on one another and on
#: today; a 414 says neither that the values are right nor wrong; `within_km` is refused without `near`; and a wrong
#: parameter without a value is not sent at all.
NOT_PROMISED = [positive_data_acceptance, negative_data_rejection]
OPERATIONS = 6
#: Of each operation; more by the environment variable, for a long run.
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "20"))


@pytest.fixture
def schema(client, db):
    return client.get("/api/v1/schema/").json()


@pytest.fixture
def persistent_connection():
    """The application closes its connection after an answer, and with it the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def contract(db, key, persistent_connection):
    trial = a_trial(overall_status="RECRUITING", phases=["PHASE2"], start_on="2026-01", condition_mesh=[{"id": "D1"}])
    site = a_site(trial, a_facility(latitude=45.7, longitude=4.8), status="RECRUITING", since="2026")
    a_contact(site=site)
    a_contact(trial=trial)
    a_confirmation(site, "2026-02-01")
    a_site(a_trial(2), a_facility(2))
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", application)


def test_the_schema_is_openapi_3_1_and_public(schema):
    assert schema["openapi"].startswith("3.1")
    assert len(schema["paths"]) == OPERATIONS


def test_the_schema_is_made_without_a_warning(tmp_path, db):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def _parameters_of(address: str) -> set[str]:
    return FILTER_SETS[address].base_filters.keys() | PAST_DAY.get(address, set())


@pytest.mark.parametrize("address", FILTER_SETS)
def test_the_schema_names_every_filter(schema, address):
    parameters = schema["paths"][f"/api/v1/{address}/"]["get"]["parameters"]
    assert {one["name"] for one in parameters} == {*_parameters_of(address), "cursor", "page_size"}


@pytest.mark.parametrize("address", FILTER_SETS)
def test_the_guide_names_every_filter(address):
    section = GUIDE.read_text().split(f"## `/api/v1/{address}/`")[1].split("\n## ")[0]
    assert _parameters_of(address) == set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


@pytest.mark.parametrize("address", FILTER_SETS)
def test_every_filter_has_a_description(address):
    assert all(one.description for one in described.parameters(FILTER_SETS[address]))


@pytest.mark.slow
@schemathesis.pytest.from_fixture("contract").parametrize()
@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_responses_to_generated_requests_match_the_schema(case, key):
    answer = case.call(headers={"Authorization": f"Bearer {key}"})
    query = case.query or {}
    is_sent_whole = query.keys() <= parse_qs(urlsplit(answer.request.url).query, keep_blank_values=True).keys()
    is_alone = "within_km" in query and "near" not in query
    is_known = not is_alone and not query.keys() & {"cursor", "as_of", "as"}
    is_promised = is_known and answer.status_code != 414 and is_sent_whole
    excluded = [] if is_promised else NOT_PROMISED
    case.validate_response(answer, excluded_checks=excluded, headers={"Authorization": f"Bearer {key}"})


@pytest.mark.parametrize("address", FILTER_SETS)
def test_the_schema_of_every_optional_text_matches_what_is_accepted(schema, ask, address):
    """What the schema's own words allow and refuse, tried on each parameter."""
    for one in schema["paths"][f"/api/v1/{address}/"]["get"]["parameters"]:
        shape = one["schema"].get("items", one["schema"])
        assert one.get("required", False) is False
        for blank in ("", " "):
            assert ask(f"/api/v1/{address}/", {one["name"]: blank}).status_code == 400
        if shape["type"] == "string" and "enum" not in shape and "format" not in shape:
            assert not re.search(shape["pattern"], "")
            assert not re.search(shape["pattern"], " ")
        if longest := shape.get("maxLength"):
            assert ask(f"/api/v1/{address}/", {one["name"]: "a" * longest}).status_code == 200
            assert ask(f"/api/v1/{address}/", {one["name"]: "a" * (longest + 1)}).status_code == 400


def test_every_possible_response_is_in_the_schema(schema):
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            not_found = {"404"} if "{" in path else set()
            assert operation["responses"].keys() == {"200", "400", "401", "414"} | not_found
