"""Where a skip is a failure: SITELIGHT_REQUIRE_BROWSER and SITELIGHT_REQUIRE_REGISTRY forbid those of their marker."""

import os

import pytest

FORBIDDEN_BY = {"browser": "SITELIGHT_REQUIRE_BROWSER", "registry": "SITELIGHT_REQUIRE_REGISTRY"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    variables = [variable for marker, variable in FORBIDDEN_BY.items() if item.get_closest_marker(marker)]
    forbidding = [variable for variable in variables if os.environ.get(variable)]
    if report.skipped and forbidding and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which {forbidding[0]} forbids: {call.excinfo.value}"
    return report
