"""Progress of a long command: a bar on a terminal, elsewhere a line every `LINE_INTERVAL` seconds."""

import time
from collections import Counter
from collections.abc import Callable

BAR_WIDTH = 30
LINE_INTERVAL = 10.0  # seconds between plain lines


class Progress:
    """Writes counts, rate and, when `share` returns the completed part (0 to 1), the remaining time to a stream."""

    def __init__(self, stream, share: Callable[[], float | None] = lambda: None):
        self.stream, self.share = stream, share
        self.is_terminal = getattr(stream, "isatty", lambda: False)()
        self.started = self.last_line = time.monotonic()

    def show(self, counts: Counter[str]) -> None:
        done, now = sum(counts.values()), time.monotonic()
        if self.is_terminal:
            self.stream.write(f"\r\033[K{self._text(done, now)}", style_func=str, ending="")
            self.stream.flush()
        elif now - self.last_line >= LINE_INTERVAL:
            self.last_line = now
            self.stream.write(self._text(done, now), style_func=str)

    def end(self) -> None:
        """Clear the terminal's line."""
        if self.is_terminal:
            self.stream.write("\r\033[K", style_func=str, ending="")

    def _text(self, done: int, now: float) -> str:
        elapsed, share = max(now - self.started, 0.001), self.share()
        rate = f"{done:,} records, {done / elapsed:,.0f} a second"
        if not share:
            return rate
        bar = "█" * int(share * BAR_WIDTH) + "░" * (BAR_WIDTH - int(share * BAR_WIDTH))
        return f"{bar} {share:4.0%}  {rate}, {_format_duration(elapsed / share - elapsed)} left"


def _format_duration(seconds: float) -> str:
    minutes, seconds = divmod(int(max(seconds, 0)), 60)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"
