"""`snowgrid reload`: have a running service take new settings and rules over."""

import json
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from ingest.errors import ConfigError
from ingest.reload.outcome import Outcome
from snowgrid.cli.errors import USAGE
from snowgrid.cli.options import AsJson, ConfigFile
from snowgrid.cli.service import ServiceUrl, tell, url_of_service

LEFT_OPEN = 1


def reload(*, url: ServiceUrl = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Have the running service read its settings file and rules again, and say what changed.

    No reading is lost by it: topics are subscribed to before others are let go of, and alerts of
    rules that stay go on. If anything is wrong, nothing changes, and it says what and where.
    It must be asked on the machine or in the container where it runs; SIGHUP does the same.
    docs/configuration.md says which settings wait for a restart.

    Exit code 0 when the service goes by everything, 1 when something waits for a restart, 2 when
    it goes on as before because something is wrong, or does not answer.

    [bold]Examples[/bold]

        snowgrid reload                                  asks where ./snowgrid.toml says

        docker compose exec snowgrid snowgrid reload -c /etc/snowgrid/snowgrid.toml

        kill -HUP PID                                    the same, without an answer
    """
    answer = tell(url or _where_it_was_told_to_be(config), "/reload")
    outcome = msgspec.json.decode(answer, type=Outcome)
    if as_json:
        typer.echo(json.dumps(json.loads(answer), indent=2, ensure_ascii=False))
    else:
        _show(outcome)
    if outcome.refused:
        raise typer.Exit(USAGE)
    if outcome.restart:
        raise typer.Exit(LEFT_OPEN)


def _where_it_was_told_to_be(config: Path | None) -> str:
    try:
        return url_of_service(config)
    except ConfigError as error:
        raise ConfigError(f"{error}\nNot reloaded; the service goes on as before.") from error


def _show(outcome: Outcome) -> None:
    console = Console(highlight=False, soft_wrap=True, stderr=outcome.refused)
    if outcome.refused:
        console.print(Text("Not reloaded; the service goes on as before.", "bold red"))
    elif outcome.changed or outcome.rules:
        console.print(Text("Reloaded.", "green"))
    else:
        console.print("Nothing has changed.")
    for problem in outcome.problems:
        console.print(Text(f"  {problem}"))
    for change in outcome.changed:
        console.print(Text(f"  {change}"))
    if outcome.rules:
        console.print(Text(f"  rules {outcome.rules}"))
    for change in outcome.restart:
        console.print(Text(f"  takes effect after a restart: {change}", "yellow"))
    for note in outcome.notes:
        console.print(Text(f"  {note}", "yellow"))
