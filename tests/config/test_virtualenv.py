"""`config/virtualenv.sh`, shared by `./run` and `./test`: created once, and recreated when outdated."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

from config import virtualenv

SOURCE = Path(__file__).resolve().parents[2] / "config"
NOTHING_TO_INSTALL = "# made for a test\n"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def environment_project(tmp_path_factory) -> Path:
    """A project without packages, with its environment."""
    project = tmp_path_factory.mktemp("made") / "project"
    (project / "config").mkdir(parents=True)
    for name in ["virtualenv.sh", "virtualenv.py"]:
        shutil.copy(SOURCE / name, project / "config" / name)
    (project / "requirements.lock").write_text(NOTHING_TO_INSTALL)
    assert "Installing" in python_in(project).stderr
    return project


@pytest.fixture
def project(environment_project, tmp_path) -> Path:
    return shutil.copytree(environment_project, tmp_path / "project", symlinks=True)


def python_in(project: Path) -> subprocess.CompletedProcess:
    """Where the project's Python thinks it lives."""
    command = [project / "config/virtualenv.sh", "-c", "import os, sys; print(sys.prefix, os.getcwd())"]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", check=True)


def test_python_runs_in_the_projects_environment_and_folder(environment_project):
    assert python_in(environment_project).stdout == f"{environment_project}/.venv {environment_project}\n"


def test_nothing_is_installed_twice(environment_project):
    assert python_in(environment_project).stderr == ""


def test_a_changed_lock_file_is_installed_into_the_same_environment(environment_project):
    before = (environment_project / ".venv/pyvenv.cfg").stat().st_mtime_ns
    (environment_project / "requirements.lock").write_text(NOTHING_TO_INSTALL + "# changed\n")

    assert "Installing" in python_in(environment_project).stderr
    assert python_in(environment_project).stderr == ""
    assert (environment_project / ".venv/pyvenv.cfg").stat().st_mtime_ns == before


def test_a_moved_environment_is_recreated(project):
    assert "Making" in python_in(project).stderr
    assert python_in(project).stdout == f"{project}/.venv {project}\n"


def test_an_environment_with_a_missing_python_is_recreated(project):
    (project / ".venv/bin/python").unlink()
    (project / ".venv/bin/python").symlink_to("/usr/bin/python-that-was-removed")

    assert "Making" in python_in(project).stderr
    assert python_in(project).stdout == f"{project}/.venv {project}\n"


def test_two_first_starts_at_once_install_once(project):
    shutil.rmtree(project / ".venv")
    command = [project / "config/virtualenv.sh", "-c", "pass"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]

    output = "".join(process.communicate()[1] for process in both)

    assert [process.returncode for process in both] == [0, 0]
    assert output.count("Installing") == 1


def test_a_missing_venv_module_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        virtualenv.create_venv()


def test_a_missing_python_version_is_named(tmp_path):
    for name in ["sh", "dirname"]:
        (tmp_path / name).symlink_to(shutil.which(name))
    result = subprocess.run(
        [tmp_path / "sh", SOURCE / "virtualenv.sh"], capture_output=True, text=True, env={"PATH": str(tmp_path)}
    )

    assert result.returncode == 1
    assert "needs Python 3.11" in result.stderr
