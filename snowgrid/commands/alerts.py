"""`snowgrid alerts`: what fires now, and since when."""

import json
import time
from contextlib import suppress
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from ingest.errors import ConfigError
from snowgrid.cli.alert_table import Told, table_of
from snowgrid.cli.options import AsJson, ConfigFile
from snowgrid.cli.service import ServiceUrl, ask, url_of_service
from snowgrid.cli.severity import SEVERITIES

WATCH_S = 1.0
ALL = 1_000_000
FIXED_LINES = 5


def alerts(
    *,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Go on showing, until Ctrl-C.")
    ] = False,
    url: ServiceUrl = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the alerts that fire now, the worst first, and since when.

    It asks the running service. `snowgrid rules` lists the rules, and `snowgrid rules explain` says
    why one fires or does not.

    Exit code 1 while something critical fires, 2 when the service cannot be asked.

    [bold]Examples[/bold]

        snowgrid alerts

        snowgrid alerts --watch --url http://meters.example.net:9464
    """
    url = url or url_of_service(config)
    if watch:
        with suppress(KeyboardInterrupt):
            _watch(url)
        return
    told = firing(url)
    if as_json:
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        Console(highlight=False).print(_drawn(told, ALL))
    if any(alert["severity"] == "critical" for alert in told):
        raise typer.Exit(1)


def firing(url: str) -> list[Told]:
    """Return what fires, as the service tells it.

    Raises:
        ConfigError: The service does not answer.
    """
    try:
        told: list[Told] = json.loads(ask(url, "/alerts"))["alerts"]
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{url}: answers, but is no service of ours; --url asks elsewhere"
        ) from error
    return told


def _watch(url: str) -> None:
    console = Console(highlight=False)
    with Live(console=console, auto_refresh=False, screen=console.is_terminal) as live:
        while True:
            try:
                shown = _drawn(firing(url), max(1, console.height - FIXED_LINES))
            except ConfigError as error:
                shown = Group(Text(str(error), "red"))
            live.update(shown, refresh=True)
            time.sleep(WATCH_S)


def _drawn(told: list[Told], most: int) -> Group:
    now_ms = time.time_ns() // 1_000_000
    if not told:
        return Group(Text("Nothing fires.", "green"))
    worst_first = reversed(SEVERITIES)
    counts = {word: sum(alert["severity"] == word for alert in told) for word in worst_first}
    head = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
    return Group(Text(head, "bold"), Text(""), table_of(told, now_ms=now_ms, most=most))
