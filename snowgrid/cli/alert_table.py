"""Alerts as people read them: a table, the worst first."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from devices.schema import Severity
from snowgrid.cli.kind_texts import short_duration
from snowgrid.cli.severity import SEVERITIES, SEVERITY_STYLES

Told = Mapping[str, object]
"""An alert as the service's `/alerts` tells it."""


def table_of(alerts: Sequence[Told], *, now_ms: int, most: int) -> Table:
    """Return the alerts, the most severe first and the newest first among equals.

    Args:
        alerts: As the service tells them.
        now_ms: Wall clock, Unix milliseconds; ages are counted from it.
        most: Rows at the most; what is left out is counted in a last one.
    """
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("severity", "since", "site", "device", "what"):
        table.add_column(heading, no_wrap=heading != "what", overflow="ellipsis")
    ordered = sorted(alerts, key=_rank)
    for alert in ordered[:most]:
        severity = Severity(str(alert["severity"]))
        table.add_row(
            Text(severity.value, SEVERITY_STYLES[severity]),
            _since(alert, now_ms),
            str(alert["site"]),
            str(alert["device"] or "(site)"),
            str(alert["summary"] or alert["rule"]),
        )
    if len(ordered) > most:
        table.add_row("", "", "", "", Text(f"… and {len(ordered) - most:,} more", "dim"))
    return table


def _rank(alert: Told) -> tuple[int, int, str]:
    worst_first = -SEVERITIES.index(Severity(str(alert["severity"])))
    firing = alert["firing"]
    return worst_first, -firing if isinstance(firing, int) else 0, str(alert["device"])


def _since(alert: Told, now_ms: int) -> str:
    firing = alert["firing"]
    if not isinstance(firing, int):
        return ""
    clock = datetime.fromtimestamp(firing / 1000, UTC).astimezone()
    return f"{clock:%H:%M:%S} ({short_duration(max(0, now_ms - firing) / 1000)})"
