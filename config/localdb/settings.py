"""Which database: the server that DATABASE_URL names, or our own in the data folder."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from config.localdb.folders import usable_folder
from config.localdb.server import PORT, socket_folder

PROJECT = Path(__file__).resolve().parents[2]
CONNECTION_OPTIONS = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def database(env: Env) -> dict:
    """The settings of the default database. Only looks; starts and makes nothing."""
    if env.str("DATABASE_URL", default=""):
        return _database_from_url(env)
    return embedded(data_folder(env), programs=env.str("PG_BINDIR", default=""), configured=configured_folder(env))


def data_folder(env: Env) -> Path:
    """The folder of the database and the secret key: SITELIGHT_DATA_DIR, or a usable fallback."""
    return usable_folder(configured_folder(env))


def configured_folder(env: Env) -> Path:
    """The folder of the setting. A relative path is relative to the project, so that all commands use the same."""
    return (PROJECT / Path(env.str("SITELIGHT_DATA_DIR", default="") or ".sitelight").expanduser()).resolve()


def embedded(folder: Path, *, programs: str = "", configured: Path | None = None) -> dict:
    return {
        "ENGINE": "config.localdb",
        "NAME": "sitelight",
        "USER": "postgres",
        "HOST": str(socket_folder(folder)),
        "PORT": PORT,
        "LOCALDB": {"folder": folder, "programs": programs, "configured": configured},
        **CONNECTION_OPTIONS,
    }


def _database_from_url(env: Env) -> dict:
    chosen = env.db_url("DATABASE_URL")
    if chosen.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must be a postgres:// address: Sitelight runs on PostgreSQL only.")
    return {**CONNECTION_OPTIONS, **chosen}
