"""Creates `.venv` from requirements.lock once, and runs Python in it. Uses only the standard library."""
# ruff: noqa: T201 - prints to the terminal

import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin/python"
LOCK = PROJECT / "requirements.lock"
STAMP = ENVIRONMENT / "installed-from"


def main(arguments: list[str]) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # also ends a running pip
    if not is_complete():
        with LOCK.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # of two concurrent first starts the second waits
            if not is_complete():
                make_environment()
    os.chdir(PROJECT)
    os.execv(PYTHON, [str(PYTHON), *arguments])


def is_complete() -> bool:
    """Whether this lock file was installed in this folder by the environment's current Python."""
    return read_stamp() == [identity(), sha256(LOCK.read_bytes()).hexdigest()]


def make_environment() -> None:
    if is_foreign_environment() or not identity():
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        create_venv()
    install()
    STAMP.write_text("\n".join([identity(), sha256(LOCK.read_bytes()).hexdigest()]))


def read_stamp() -> list[str]:
    return STAMP.read_text().split("\n") if STAMP.exists() else []


def identity() -> str:
    """The environment's folder and Python version; "" when it is missing or its Python is missing or too old."""
    script = "import pip, sys; assert sys.version_info >= (3, 11); print(sys.prefix, *sys.version_info[:2])"
    try:
        return subprocess.run([PYTHON, "-Ic", script], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def is_foreign_environment() -> bool:
    """Whether the environment was moved or created by another Python, so that it must be recreated."""
    return bool(read_stamp()) and read_stamp()[0] != identity()


def create_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            "This Python has no venv module. On Debian and Ubuntu it is a package of its own:\n"
            f"    apt-get install python3-venv        (or python{version}-venv)"
        )
    print(f"Making {ENVIRONMENT} …", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)


def install() -> None:
    """Install the packages, all pinned by hash and as wheels."""
    print("Installing requirements.lock (once) …", file=sys.stderr)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--require-hashes", "--only-binary=:all:", "--requirement", LOCK])
    if done.returncode:
        sys.exit("The packages could not be installed. See the output of pip above.")


if __name__ == "__main__":
    main(sys.argv[1:])
