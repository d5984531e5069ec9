"""A skip that the environment forbids is a failure."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SKIPPING = """
import pytest

@pytest.mark.browser
def test_with_a_browser():
    pytest.skip("No Chromium here.")
"""


@pytest.mark.parametrize(("required", "outcome"), [("", 0), ("1", 1)])
def test_a_skipped_browser_test_fails_only_where_browsers_are_required(tmp_path, required, outcome):
    (tmp_path / "test_it.py").write_text(SKIPPING)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = browser\n")
    plugins = ["-p", "tests.plugins.fail_on_skip", "-p", "no:django", "-p", "no:cacheprovider"]
    environment = {"PYTHONPATH": str(PROJECT), "SITELIGHT_REQUIRE_BROWSER": required}
    command = [sys.executable, "-m", "pytest", *plugins, "--rootdir", tmp_path, tmp_path / "test_it.py"]

    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    assert result.returncode == outcome, result.stdout
    assert ("No Chromium here." in result.stdout) == bool(required)
