"""Fixtures about logging in."""

from tests.mail_server import letterbox  # noqa: F401
