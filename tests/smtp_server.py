"""A real SMTP server on loopback."""

import inspect
import socket
from collections.abc import Callable

import pytest
from aiosmtpd.controller import Controller


class Letterbox:
    """Stores received messages. `answer` can be replaced to return another response than "250 OK"."""

    def __init__(self):
        self.letters = []
        self.answer: Callable = lambda letter: "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.letters.append(envelope)
        reply = self.answer(envelope)
        return await reply if inspect.isawaitable(reply) else reply

    @property
    def recipients(self) -> list[str]:
        return [recipient for letter in self.letters for recipient in letter.rcpt_tos]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def letterbox(settings):
    """A mail server; the settings send to it, in this process and (by `address`) in others."""
    box = Letterbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    box.address = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop()
