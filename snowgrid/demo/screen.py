"""How the demo looks on a terminal: fits 80 columns and 24 lines, and uses what else there is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ingest.core.ledger import Account
from snowgrid.cli.severity import SEVERITIES, SEVERITY_STYLES
from snowgrid.demo.fleet_rows import rows_of
from snowgrid.demo.rate import ASCII_BLOCKS, BLOCKS, MINUTE_S, Rates, sparkline
from snowgrid.demo.scene import Phase, Scene

MIB = 1024 * 1024
FIXED_LINES = 19
LEFT_OF_VALUES = 44


@dataclass(frozen=True, slots=True)
class Screen:
    """Draws a scene at the moment it is rendered.

    Attributes:
        scene: What is shown.
        rates: How fast it goes.
    """

    scene: Scene
    rates: Rates

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw for the size that the terminal has now."""
        width, height = options.max_width - 2, options.height or console.height
        plain = options.ascii_only
        room = max(1, height - FIXED_LINES)
        yield Padding(
            Group(
                self._title(width),
                "",
                self._throughput(width, plain=plain),
                "",
                self._fleet(width - LEFT_OF_VALUES, most=room),
                "",
                self._ledger(plain=plain),
                "",
                self._facts(),
                "",
                self._last_line(),
            ),
            (0, 1),
        )

    def _title(self, width: int) -> Table:
        scene = self.scene
        title = Text.assemble(
            ("Snowgrid demo", "bold cyan"), ("  " + scene.fleet.title, "bold"), no_wrap=True
        )
        table = Table.grid(expand=True)
        table.add_column(ratio=1, no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_row(title, _time(scene))
        table.width = width
        return table

    def _throughput(self, width: int, *, plain: bool) -> Text:
        blocks = ASCII_BLOCKS if plain else BLOCKS
        bars = sparkline(self.rates.messages.seconds, min(MINUTE_S, width - 30), blocks)
        return Text.assemble(
            (f"{self.rates.messages.per_s:>7,.0f}", "bold green"),
            " messages/s  ",
            (bars, "green"),
            ("  last minute" if bars else "", "dim"),
            no_wrap=True,
        )

    def _fleet(self, width: int, *, most: int) -> Table:
        scene = self.scene
        rows = rows_of(scene, self.rates, most=most)
        table = _table()
        table.add_column("devices of", min_width=15, no_wrap=True)
        table.add_column("heard", justify="right", min_width=7)
        table.add_column("readings", justify="right", min_width=8)
        table.add_column("per s", justify="right", min_width=5)
        table.add_column("latest, on average", no_wrap=True)
        for row in rows:
            phrases = scene.latest.highlights(row.shown)
            name = f"{row.shown.name}: " if row.of_many else ""
            fitted = _fitted(phrases, width - len(name), max(1, most // len(rows)))
            table.add_row(
                Text(row.name, "bold"),
                _heard(row.heard, row.devices),
                f"{row.readings:,}",
                f"{row.per_s:,.0f}",
                Text.assemble((name, "cyan"), "\n".join(fitted)),
            )
        return table

    def _ledger(self, *, plain: bool) -> Table:
        ledger = self.scene.vitals.ledger
        table = _table()
        table.add_column("ledger", min_width=9)
        for heading in ("received", "committed", "rejected", "skipped", "in flight"):
            table.add_column(heading, justify="right", min_width=8, no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_row("messages", *_figures(ledger.messages), _verdict(ledger.messages, plain))
        table.add_row("readings", *_figures(ledger.readings), _verdict(ledger.readings, plain))
        return table

    def _facts(self) -> Table:
        scene, vitals = self.scene, self.scene.vitals
        online, gateways = scene.progress.gateways_online, scene.progress.gateways
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", min_width=9, no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis")
        table.add_row("alerts", _alerts(scene))
        table.add_row("rejected", _rejected(scene))
        at = f" at mqtt://{scene.broker}" if scene.broker else ""
        table.add_row("gateways", f"{online} of {gateways} online{at}")
        table.add_row("simulated", _simulated(scene))
        table.add_row("database", f"{scene.files.store}, {scene.files.store_bytes / MIB:.1f} MiB")
        table.add_row("boards", _addresses(scene))
        complaints = (*vitals.complaints, scene.progress.complaint)
        if any(complaints):
            table.add_row("", Text("; ".join(filter(None, complaints)), "red"))
        return table

    def _last_line(self) -> Text:
        if self.scene.phase is Phase.FINISHING:
            return Text("Storing what is on its way.", "yellow")
        return Text("Ctrl-C ends the demo and adds everything up.", "dim")


def clock_face(seconds: float) -> str:
    """Return a duration as `1:05` or `1:01:05`."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _time(scene: Scene) -> str:
    if scene.phase is Phase.STARTING:
        return "starting"
    played = clock_face(scene.played_s)
    if scene.duration_s is None:
        return played
    return f"{played} of {clock_face(scene.duration_s)}"


def _heard(heard: int, devices: int) -> Text:
    if heard < devices:
        return Text(f"{heard:,}/{devices:,}", "yellow")
    return Text(f"{heard:,}", "green")


def _alerts(scene: Scene) -> Text:
    """Return how many fire, and the newest of the worst."""
    firing = scene.vitals.firing()
    if not firing:
        return Text("none fires")
    worst = max(firing, key=lambda alert: (SEVERITIES.index(alert.severity), alert.firing_ms or 0))
    counts = Counter(alert.severity for alert in firing)
    shown = [
        f"{counts[severity]:,} {severity}" for severity in reversed(SEVERITIES) if counts[severity]
    ]
    return Text.assemble(
        (", ".join(shown), SEVERITY_STYLES[worst.severity]), f"  {worst.summary or worst.rule}"
    )


def _fitted(phrases: Iterable[str], width: int, most: int) -> list[str]:
    """Put phrases on lines, leaving out those that there is no room for."""
    lines: list[str] = []
    for phrase in phrases:
        if lines and len(lines[-1]) + 3 + len(phrase) <= width:
            lines[-1] += f" · {phrase}"
        elif len(lines) < most:
            lines.append(phrase)
    return lines


def _figures(account: Account) -> list[str]:
    rejected = account.rejected.total()
    counts = (account.received, account.committed, rejected, account.skipped, account.in_flight)
    return [f"{count:,}" for count in counts]


def _verdict(account: Account, plain: bool) -> Text:  # noqa: FBT001 - of the terminal
    if account.balance == 0:
        return Text("balanced" if plain else "balanced ✓", "green")
    return Text(f"off by {account.balance:,}", "bold red")


def _rejected(scene: Scene) -> str:
    rejected = scene.vitals.ledger.readings.rejected
    sent = scene.mishaps.published.total()
    if not rejected:
        return "nothing yet; now and then a message is bad on purpose\n"
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(rejected.items()))
    return f"{rejected.total():,}, while {sent:,} were sent bad on purpose\n{reasons}"


def _addresses(scene: Scene) -> Text:
    if not scene.metrics_url:
        return Text()
    return Text.assemble((scene.boards_url, "bold"), f"  metrics {scene.metrics_url}")


def _simulated(scene: Scene) -> str:
    if not scene.progress.simulated_ms:
        return ""
    now = datetime.fromtimestamp(scene.progress.simulated_ms / 1_000, UTC).astimezone()
    lag_s = scene.vitals.lag_s
    lag = "" if lag_s is None else f", stored {lag_s:.1f} s after it was measured"
    return f"{now:%Y-%m-%d %H:%M:%S %z}{lag}"


def _table() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
