"""How a running simulator looks: a live screen on a terminal, a line now and then elsewhere."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from devices.fleets.fleet import Fleet
from devices.simulator.progress import SimulatorProgress

LIVE_S = 0.25
LINE_S = 10.0
RATE_OVER_S = 5.0
STOPPING = "stopping: publishing what waits; once more stops at once"


@dataclass(slots=True)
class Rate:
    """Readings published per second, over the last few seconds."""

    samples: deque[tuple[float, int]] = field(default_factory=deque)

    def after(self, now_s: float, published: int) -> float:
        """Take a sample of the monotonic clock and of the sum so far; return the rate."""
        self.samples.append((now_s, published))
        while len(self.samples) > 2 and self.samples[1][0] <= now_s - RATE_OVER_S:
            self.samples.popleft()
        before_s, before = self.samples[0]
        return (published - before) / (now_s - before_s) if now_s > before_s else 0.0


async def show(
    console: Console, fleet: Fleet, broker: str, progress: SimulatorProgress, stop: asyncio.Event
) -> None:
    """Show progress until cancelled.

    Args:
        console: Where to; whether it is a terminal decides how.
        fleet: What is played.
        broker: Where to, for a person.
        progress: The figures.
        stop: Set once the simulator was told to stop.
    """
    if console.is_terminal:
        with Live(console=console, auto_refresh=False, transient=True) as live:
            rate = Rate()
            while True:
                per_s = rate.after(_now_s(), progress.published.total())
                live.update(screen(fleet, broker, progress, per_s, stopping=stop.is_set()))
                live.refresh()
                await asyncio.sleep(LIVE_S)
    else:
        await _print_lines(console, progress, stop)


async def _print_lines(console: Console, progress: SimulatorProgress, stop: asyncio.Event) -> None:
    """Print a line every `LINE_S`, and another one at once when there is something to know."""
    rate, told = Rate(), ""
    next_s = _now_s() + LINE_S
    while True:
        per_s = rate.after(_now_s(), progress.published.total())
        news = STOPPING if stop.is_set() else problem(progress)
        if news and news != told:
            console.out(news, highlight=False)
        told = news
        if _now_s() >= next_s:
            next_s += LINE_S
            console.out(line(progress, per_s), highlight=False)
        await asyncio.sleep(LIVE_S)


def line(progress: SimulatorProgress, per_s: float) -> str:
    """Return the figures in a line."""
    return (
        f"{progress.published.total():,} published, {per_s:,.0f}/s · "
        f"{progress.gateways_online} of {progress.gateways} gateways online · "
        f"simulated time {clock(progress.simulated_ms)} · {_backlog(progress)}"
    )


def screen(
    fleet: Fleet, broker: str, progress: SimulatorProgress, per_s: float, *, stopping: bool
) -> Group:
    """Return the figures as a terminal shows them."""
    figures = Table.grid(padding=(0, 3))
    figures.add_column(style="dim")
    figures.add_row("published", f"{progress.published.total():,}, {per_s:,.0f}/s")
    figures.add_row("gateways", f"{progress.gateways_online} of {progress.gateways} online")
    figures.add_row("simulated time", clock(progress.simulated_ms) + _lateness(progress))
    figures.add_row("backlog", _backlog(progress).removeprefix("backlog "))
    hint = STOPPING if stopping else "Ctrl-C stops"
    wrong = problem(progress)
    return Group(
        Text.assemble((fleet.title, "bold"), f" → {broker}"),
        "",
        figures,
        "",
        by_kind(fleet, progress),
        "",
        Text(wrong, "red") if wrong else Text(hint, "dim"),
    )


def by_kind(fleet: Fleet, progress: SimulatorProgress) -> Table:
    """Return a table of devices and published readings of each kind."""
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("kind")
    table.add_column("devices", justify="right")
    table.add_column("published", justify="right")
    for kind, devices in sorted(fleet.devices_by_kind.items()):
        table.add_row(kind, f"{devices:,}", f"{progress.published[kind]:,}")
    return table


def problem(progress: SimulatorProgress) -> str:
    """Return what is wrong now, and what to do about it; empty if nothing is."""
    lines = []
    if progress.complaint:
        lines.append(progress.complaint)
    if progress.refusal:
        lines.append(
            f"the broker refused {progress.refusal}; check in its access list "
            "what this user may write"
        )
    return "\n".join(lines)


def clock(ms: int) -> str:
    """Return a moment as a person here reads it."""
    return f"{datetime.fromtimestamp(ms / 1000).astimezone():%Y-%m-%d %H:%M:%S %z}"


def _backlog(progress: SimulatorProgress) -> str:
    dropped = f", {progress.dropped:,} dropped" if progress.dropped else ""
    return f"backlog {progress.waiting:,}{dropped}"


def _lateness(progress: SimulatorProgress) -> str:
    if progress.late_s < 1:
        return ""
    return f", {progress.late_s:,.0f} s late: the broker is slower than the fleet"


def _now_s() -> float:
    return asyncio.get_running_loop().time()
