"""How a load looks while it runs: a live screen on a terminal, a line now and then elsewhere."""

from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from devices.load.histogram import Histogram
from devices.load.publisher import Progress
from snowgrid.loading.figures import duration

FIRST_LINE_S = 1.0
LINE_S = 5.0


class Board:
    """Gathers what the publishers tell, and shows it as it comes.

    Args:
        console: Where to; whether it is a terminal decides how.
        title: What runs.
    """

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title
        self._latest: dict[int, Progress] = {}
        self._before: dict[int, Progress] = {}
        self._next_line_s = FIRST_LINE_S
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def tell(self, publisher: int, progress: Progress) -> None:
        """Take how far a publisher has come."""
        if publisher in self._latest:
            self._before[publisher] = self._latest[publisher]
        self._latest[publisher] = progress
        if publisher:
            return
        if self._console.is_terminal:
            self._live.update(self._screen())
            self._live.refresh()
        elif progress.at_s >= self._next_line_s:
            self._next_line_s += LINE_S
            self._console.out(self.line(), highlight=False)

    def line(self) -> str:
        """Return the figures in a line."""
        return " · ".join(f"{name} {text}" for name, text in self._rows())

    def _rows(self) -> list[tuple[str, str]]:
        now = list(self._latest.values())
        latency = Histogram.of(*(progress.latency for progress in now))
        acknowledged = sum(progress.acknowledged for progress in now)
        waiting = sum(p.intended - p.acknowledged - p.refused for p in now)
        return [
            ("at", f"{max(0.0, *(progress.at_s for progress in now)):.0f} s"),
            ("intended", f"{self._per_s('intended'):,.0f}/s"),
            ("sent", f"{self._per_s('sent'):,.0f}/s"),
            ("acknowledged", f"{self._per_s('acknowledged'):,.0f}/s, {acknowledged:,} in all"),
            ("waiting", f"{waiting:,}"),
            ("refused", f"{sum(progress.refused for progress in now):,}"),
            ("p50", duration(latency.percentile_s(50))),
            ("p99", duration(latency.percentile_s(99))),
            ("online", f"{sum(p.online for p in now):,} of {sum(p.connections for p in now):,}"),
        ]

    def _per_s(self, name: str) -> float:
        total = 0.0
        for number, before in self._before.items():
            now = self._latest[number]
            took_s = max(now.at_s - before.at_s, 1e-3)
            total += (getattr(now, name) - getattr(before, name)) / took_s
        return total

    def _screen(self) -> Group:
        figures = Table.grid(padding=(0, 3))
        figures.add_column(style="dim")
        for row in self._rows():
            figures.add_row(*row)
        hint = Text("Ctrl-C ends it with a report of what was done", "dim")
        return Group(Text(self._title, "bold"), "", figures, "", hint)
