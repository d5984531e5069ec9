"""Fixtures for all tests."""

import gzip
import os
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from config.localdb.testing import django_db_modify_db_settings  # noqa: F401 - a throw-away cluster
from history.testing import django_db_setup  # noqa: F401 - whose tables may be emptied
from tests.factories import a_user

pytest_plugins = [
    "tests.plugins.garbage_collection",
    "tests.plugins.postgresql",
    "tests.plugins.fail_on_skip",  # where a skip is a failure
    "tests.plugins.requests_sent",
    "tests.plugins.slow_first",
]

# Where Python may keep no bytecode, each of the processes that tests start would compile all of Sitelight again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Made-up examples are the same each time, and a busy machine is no failure.
hypothesis_settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("house")

REGISTRY = Path(__file__).resolve().parents[2] / "shared" / "registry"


@pytest.fixture(scope="session")
def registry_folder() -> Path:
    """The folder of real registry records beside the project; skips when it is missing, unless it must be there."""
    if not REGISTRY.is_dir():
        if os.environ.get("SITELIGHT_REQUIRE_REGISTRY"):
            pytest.fail(f"No real records in {REGISTRY}.")
        pytest.skip("The real registry records are not beside the project (../shared/registry).")
    return REGISTRY


@pytest.fixture(scope="session")
def registry_records(registry_folder) -> list[bytes]:
    """The 2,000 real studies, each as its JSON bytes."""
    with gzip.open(registry_folder / "studies.ndjson.gz") as lines:
        return [line.rstrip(b"\n") for line in lines]


@pytest.fixture(scope="session", autouse=True)
def settings_for_tests():
    """Static files as they lie in static/, without collected copies; passwords hashed fast instead of safely; attempts
    counted in memory. A second factor is demanded where a test says so (tests/accounts, tests/browser/test_login.py).
    """
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(
        STORAGES=storages,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        SECOND_FACTOR_DEMANDED=False,
    ):
        yield


@pytest.fixture(autouse=True)
def clear_caches():
    """What one test tried does not count against the next, nor spare it a query: each begins in a fresh process."""
    cache.clear()
    ContentType.objects.clear_cache()


@pytest.fixture
def admin_user(db):
    """Of pytest-django's `admin_client`: made as everything else, with an author."""
    return a_user("admin", is_superuser=True)


def pytest_make_parametrize_id(config, val, argname):
    """Name the bytes of a file by their argument: packed ones hold the time, and workers must agree on the names."""
    return argname if isinstance(val, bytes) else None
