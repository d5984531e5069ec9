"""How far a long command is: a bar on a terminal, a plain line now and then elsewhere."""

import time
from collections import Counter

BAR = 30
EVERY = 10.0  # seconds between plain lines


class Progress:
    """Shows counts, rate and, when the total is known, the time left. Writes to a command's stream."""

    def __init__(self, stream, total: int | None = None):
        self.stream, self.total = stream, total
        self.is_terminal = getattr(stream, "isatty", lambda: False)()
        self.started = self.last_line = time.monotonic()

    def show(self, counts: Counter[str]) -> None:
        done, now = sum(counts.values()), time.monotonic()
        if self.is_terminal:
            self.stream.write(f"\r\033[K{self._text(done, now)}", ending="")
            self.stream.flush()
        elif now - self.last_line >= EVERY:
            self.last_line = now
            self.stream.write(self._text(done, now))

    def end(self) -> None:
        """Leave the terminal's line clean."""
        if self.is_terminal:
            self.stream.write("\r\033[K", ending="")

    def _text(self, done: int, now: float) -> str:
        rate = done / max(now - self.started, 0.001)
        if not self.total:
            return f"{done:,} records, {rate:,.0f} a second"
        share = min(done / self.total, 1)
        left = (self.total - done) / rate if rate else 0
        bar = "█" * int(share * BAR) + "░" * (BAR - int(share * BAR))
        return f"{bar} {share:4.0%}  {done:,} of {self.total:,}, {rate:,.0f} a second, {_time(left)} left"


def _time(seconds: float) -> str:
    minutes, seconds = divmod(int(max(seconds, 0)), 60)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"
