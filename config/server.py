"""Gunicorn, started from inside Python instead of from its command line."""

import signal

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter


class Gunicorn(BaseApplication):
    def __init__(self, chosen: dict):
        self.chosen = chosen
        super().__init__()

    def load_config(self) -> None:
        quiet = {"loglevel": "warning", "control_socket_disable": True, "when_ready": stop_with_the_terminal}
        for name, value in {**quiet, **self.chosen}.items():
            self.cfg.set(name, value)

    def load(self):
        from config.wsgi import application

        return application


def stop_with_the_terminal(arbiter: Arbiter) -> None:
    """A closed terminal sends SIGHUP, which gunicorn would take as "reload" and live on, unseen."""
    signal.signal(signal.SIGHUP, lambda *_: arbiter.signal(signal.SIGTERM, None))
