"""`snowgrid alerts`: what fires now, and since when."""

import json
import time
from contextlib import suppress
from http.client import HTTPException
from typing import Annotated
from urllib.error import URLError
from urllib.request import urlopen

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from ingest.errors import ConfigError
from ingest.settings import load_settings
from snowgrid.cli.alert_table import Told, table_of
from snowgrid.cli.options import AsJson, ConfigFile

TIMEOUT_S = 5.0
WATCH_S = 1.0
ALL = 1_000_000
FIXED_LINES = 5
SEVERITIES = ("critical", "warning", "info")


def alerts(
    *,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Go on showing, until Ctrl-C.")
    ] = False,
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Base URL of the service; without it, where the settings say."
        ),
    ] = None,
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
    url = url or _url_of(config)
    if watch:
        with suppress(KeyboardInterrupt):
            _watch(url)
        return
    told = ask(url)
    if as_json:
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        Console(highlight=False).print(_drawn(told, ALL))
    if any(alert["severity"] == "critical" for alert in told):
        raise typer.Exit(1)


def ask(url: str) -> list[Told]:
    """Return what fires, as the service tells it.

    Raises:
        ConfigError: The service does not answer.
    """
    try:
        with urlopen(f"{url.rstrip('/')}/alerts", timeout=TIMEOUT_S) as answer:  # noqa: S310 - the person's own URL
            told: list[Told] = json.loads(answer.read())["alerts"]
    except (URLError, HTTPException, OSError, ValueError, KeyError) as error:
        reason = getattr(error, "reason", error)
        raise ConfigError(
            f"{url}: no service answers ({reason}); is `snowgrid ingest` running, and is this where"
            " http.host and http.port say? --url asks elsewhere"
        ) from error
    return told


def _url_of(config: ConfigFile) -> str:
    http = load_settings(config).http
    if not http.enabled:
        raise ConfigError("http.enabled is false, so the service cannot be asked; set it to true")
    return f"http://{http.host}:{http.port}"


def _watch(url: str) -> None:
    console = Console(highlight=False)
    with Live(console=console, auto_refresh=False, screen=console.is_terminal) as live:
        while True:
            try:
                shown = _drawn(ask(url), max(1, console.height - FIXED_LINES))
            except ConfigError as error:
                shown = Group(Text(str(error), "red"))
            live.update(shown, refresh=True)
            time.sleep(WATCH_S)


def _drawn(told: list[Told], most: int) -> Group:
    now_ms = time.time_ns() // 1_000_000
    if not told:
        return Group(Text("Nothing fires.", "green"))
    counts = {word: sum(alert["severity"] == word for alert in told) for word in SEVERITIES}
    head = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
    return Group(Text(head, "bold"), Text(""), table_of(told, now_ms=now_ms, most=most))
