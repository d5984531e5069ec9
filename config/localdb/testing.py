"""A temporary cluster for pytest, shared by the workers of one run and removed with the last of them.

The next run removes the server and folder of a killed run.
"""

import os
import tempfile
import uuid
from pathlib import Path

import pytest

from config.localdb.cluster import Cluster, cluster_in
from config.localdb.folders import is_usable
from config.localdb.settings import embedded

PREFIX = "sitelight-test-"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_modify_db_settings_parallel_suffix):
    """Replaces pytest-django's hook: without DATABASE_URL the tests never touch the data folder of `./run`."""
    from django.db import connections

    chosen = connections["default"].settings_dict
    if chosen["ENGINE"] != "config.localdb":
        yield
        return
    remove_stale_clusters()
    folder = temporary_folder() / f"{PREFIX}{_run_id(request.config)}"
    cluster = cluster_in(**_point_at(chosen, folder))
    cluster.join(throwaway=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITELIGHT_DATA_DIR", str(folder))  # for the commands that tests start
        yield
    connections.close_all()
    cluster.leave()


def remove_stale_clusters() -> None:
    for folder in temporary_folder().glob(f"{PREFIX}*"):
        if folder.stat().st_uid == os.geteuid():
            Cluster(folder).clear_if_unused()


def temporary_folder() -> Path:
    folder = Path(tempfile.gettempdir()).resolve()
    return folder if is_usable(folder / PREFIX) else Path("/tmp")


def _run_id(config: pytest.Config) -> str:
    """The same for all workers of one run."""
    return getattr(config, "workerinput", {}).get("testrunuid", uuid.uuid4().hex)[:12]


def _point_at(settings: dict, folder: Path) -> dict:
    """Keeps the test database's name, which pytest-xdist has made the worker's own."""
    ours = embedded(folder, programs=settings["LOCALDB"]["programs"])
    settings.update(HOST=ours["HOST"], LOCALDB=ours["LOCALDB"])
    return ours["LOCALDB"]
