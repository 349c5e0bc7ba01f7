"""`snowgrid ingest`: the service."""

import asyncio
import sys
from typing import Annotated

import typer

from devices.registry import kinds
from ingest.errors import ConfigError
from ingest.logs import configure_logging
from ingest.service import serve
from ingest.vitals import Vitals
from ingest.workers.supervisor import Launch, is_needed, supervise
from snowgrid.cli.options import ConfigFile
from snowgrid.cli.renewal import ignore_hangups, reader_of, renewed_on_hangup
from snowgrid.cli.running import run_until_stopped

WORKER = (sys.executable, "-m", "snowgrid.commands.worker")

Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        "-s",
        metavar="KEY=VALUE",
        help="A setting, for this run (`--set mqtt.host=broker`); may be repeated.",
    ),
]


Workers = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, help="Processes that share the stream; the setting service.workers."
    ),
]


def ingest(config: ConfigFile = None, settings: Set = None, workers: Workers = None) -> None:
    """Take telemetry from the broker, validate it, store it.

    Readings are acknowledged to the broker when they are durable on this machine: in the spool
    on their way to InfluxDB, in the DuckDB file, or among the dead letters. Ctrl-C or SIGTERM
    commits what was taken and says goodbye; a second one stops at once and loses nothing either.
    SIGHUP, or `snowgrid reload`, has it read its settings and rules again.

    [bold]Examples[/bold]

        snowgrid ingest                                  settings from ./snowgrid.toml

        snowgrid ingest -c /etc/snowgrid.toml

        snowgrid ingest -s mqtt.host=broker -s store.kind=duckdb

        snowgrid ingest --workers 2                      on two cores, see docs/workers.md

    `snowgrid check` says what is wrong when it does not start. Exit code 2: a setting is wrong.
    """
    overrides = _overrides(settings or [])
    if workers is not None:
        overrides["service.workers"] = workers
    ignore_hangups()
    read = reader_of(config, overrides)
    loaded = read()
    configure_logging(loaded.log)
    if is_needed(loaded):
        launch = Launch(command=WORKER, config=config, overrides=overrides)
        code = run_until_stopped(lambda stop: supervise(loaded, sorted(kinds()), launch, stop))
        raise typer.Exit(code)

    async def work(stop: asyncio.Event) -> Vitals:
        with renewed_on_hangup(read) as renewal:
            return await serve(loaded, kinds(), stop, renewal=renewal)

    run_until_stopped(work)


def _overrides(assignments: list[str]) -> dict[str, object]:
    overrides: dict[str, object] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise ConfigError(f"--set {assignment}: want KEY=VALUE, mqtt.host=broker for example")
        overrides[key.strip()] = value
    return overrides
