"""The `snowgrid` command."""

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from snowgrid.cli.errors import USAGE, told_to_the_user
from snowgrid.cli.lazy import Entry, LazyGroup

TRY = "Try it out"
RUN = "Run it"
LOOK = "Look into it"

COMMANDS = (
    Entry(
        name="demo",
        target="snowgrid.commands.demo:demo",
        panel=TRY,
        summary="Run a whole region in this terminal, no server needed.",
    ),
    Entry(
        name="simulate",
        target="snowgrid.commands.simulate:simulate",
        panel=TRY,
        summary="Publish a simulated fleet to a broker.",
    ),
    Entry(
        name="init",
        target="snowgrid.commands.init:init",
        panel=RUN,
        summary="Make certificates, passwords and tokens of a deployment.",
    ),
    Entry(
        name="setup-influxdb",
        target="snowgrid.commands.setup_influxdb:setup_influxdb",
        panel=RUN,
        summary="Make buckets and tokens in an InfluxDB 2.",
    ),
    Entry(
        name="load",
        target="snowgrid.commands.load:app",
        panel=TRY,
        summary="Put load on broker and service, and count what arrives.",
    ),
    Entry(
        name="ingest",
        target="snowgrid.commands.ingest:ingest",
        panel=RUN,
        summary="Take telemetry from the broker, validate it, store it.",
    ),
    Entry(
        name="reload",
        target="snowgrid.commands.reload:reload",
        panel=RUN,
        summary="Have the running service take new settings over.",
    ),
    Entry(
        name="check",
        target="snowgrid.commands.check:check",
        panel=RUN,
        summary="Check settings, folders, broker and store.",
    ),
    Entry(
        name="alerts",
        target="snowgrid.commands.alerts:alerts",
        panel=LOOK,
        summary="Show the alerts that fire now, and since when.",
    ),
    Entry(
        name="deadletters",
        target="snowgrid.commands.deadletters:app",
        panel=LOOK,
        summary="Show rejected readings and why; send them again.",
    ),
    Entry(
        name="rollup",
        target="snowgrid.commands.rollup:app",
        panel=RUN,
        summary="Compute rollups anew from what is stored.",
    ),
    Entry(
        name="rules",
        target="snowgrid.commands.rules:app",
        panel=LOOK,
        summary="List, check, test and explain the alert rules.",
    ),
    Entry(
        name="dashboards",
        target="snowgrid.commands.dashboards:app",
        panel=LOOK,
        summary="Build the boards that operators look at.",
    ),
    Entry(
        name="kinds",
        target="snowgrid.commands.kinds:kinds",
        panel=LOOK,
        summary="List the device kinds, their fields, units and ranges.",
    ),
)


class Snowgrid(LazyGroup):
    """The commands of this program."""

    entries = COMMANDS


app = typer.Typer(
    cls=Snowgrid,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="[bold]snowgrid COMMAND --help[/bold] tells more about each.",
)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the flag's value
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - 20 ms that only --version needs

        typer.echo(f"snowgrid {version('snowgrid')}")
        raise typer.Exit


@app.callback()
def snowgrid(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Telemetry of meters, ski resorts and data centres: from MQTT into a database, without loss.

    [dim]A whole region in this terminal, no server needed:[/dim]
      snowgrid demo

    [dim]Against your broker and database:[/dim]
      snowgrid check --config snowgrid.toml
      snowgrid ingest --config snowgrid.toml
    """


def main() -> None:
    """Run the command line; an error that a person can mend is told in a line, exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Unicode gets a ?, not a crash
    try:
        app(prog_name="snowgrid")
    except Exception as error:
        message = told_to_the_user(error)
        if not message:
            raise
        typer.echo(message, err=True)
        sys.exit(USAGE)


if __name__ == "__main__":
    main()
