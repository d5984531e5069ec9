"""Fixtures of account tests."""

from tests.smtp_server import letterbox  # noqa: F401
