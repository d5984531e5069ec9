"""The report of a run ends with how many requests the tests sent that record it (`record_property("requests", …)`)."""


def pytest_terminal_summary(terminalreporter):
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    ended = [report for report in reports if getattr(report, "when", "") == "teardown"]
    counts = [count for report in ended for name, count in report.user_properties if name == "requests"]
    if counts:
        terminalreporter.write_line(f"{sum(counts):,} requests sent by {len(counts)} tests")
