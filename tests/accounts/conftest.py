"""Fixtures about logging in."""

from tests.smtp_server import letterbox  # noqa: F401
