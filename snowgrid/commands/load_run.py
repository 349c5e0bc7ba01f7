"""`snowgrid load run`: runs a scenario, and says whether it came out as it should."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from snowgrid.cli.options import BROKER, CaFile, CertFile, ConfigFile, KeyFile, Username
from snowgrid.cli.running import run_until_stopped
from snowgrid.commands.load_broker import broker_order
from snowgrid.commands.load_outputs import BAD
from snowgrid.loading.html import write_html
from snowgrid.loading.perform import Where
from snowgrid.loading.verify_store import store_to_read
from snowgrid.scenarios.files import load_scenario, scenario_names
from snowgrid.scenarios.report import ScenarioReport, write_scenario_report
from snowgrid.scenarios.running import run_scenario
from snowgrid.scenarios.scaling import scaled
from snowgrid.scenarios.scenario import Servers
from snowgrid.scenarios.text import print_scenario_report


def run(  # noqa: PLR0913 - one parameter per option
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO", help="A scenario that comes along, or the path of a YAML file."
        ),
    ] = None,
    *,
    scale: Annotated[
        float,
        typer.Option(
            min=0.001, help="Times as many devices, messages and connections as the file says."
        ),
    ] = 1.0,
    duration: Annotated[
        float | None,
        typer.Option(min=0.1, metavar="SECONDS", help="In place of what the file says."),
    ] = None,
    servers: Annotated[
        Servers | None,
        typer.Option(
            help="What is started: `embedded`, broker and DuckDB that come along, or `native`, "
            "mosquitto and InfluxDB 1; without it, what the file says."
        ),
    ] = None,
    broker: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help=r"`mqtt://\[user@]host:port`, or `mqtts://`; nothing is started then.",
            rich_help_panel=BROKER,
        ),
    ] = None,
    username: Username = None,
    ca_file: CaFile = None,
    cert_file: CertFile = None,
    key_file: KeyFile = None,
    service: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="With --broker: the service's metrics (`http://127.0.0.1:9464/metrics`).",
        ),
    ] = None,
    verify: Annotated[
        str | None,
        typer.Option(
            metavar="STORE",
            help="With --broker: the store to look into, a DuckDB file or an InfluxDB's URL.",
        ),
    ] = None,
    config: ConfigFile = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Keep figures and outcome in a file."),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a report of the load to look at."),
    ] = None,
    list_all: Annotated[
        bool, typer.Option("--list", help="List the scenarios that come along.")
    ] = False,
) -> None:
    """Run a scenario, a load with an expected outcome, and say whether it came out so.

    Without --broker it starts what it needs on this machine and throws it away afterwards.

    Exit code 1: an expectation did not hold; 2: something given is wrong, or a server is missing.

    [bold]Examples[/bold]

        snowgrid load run --list

        snowgrid load run smart-meters-25k --scale 0.2

        snowgrid load run soak --duration 600 --json soak.json

        snowgrid load run my.yaml --broker mqtt://broker --service http://broker:9464/metrics
        --verify http://influxdb:8086
    """
    console = Console(highlight=False)
    if list_all or scenario is None:
        print_scenarios(console)
        return
    chosen = scaled(load_scenario(scenario), scale, duration)
    if servers is not None:
        chosen = replace(chosen, servers=servers)
    where = Where(
        broker=broker_order(broker, username, (ca_file, cert_file, key_file)),
        metrics_url=service,
        verify=store_to_read(verify, config) if verify else None,
    )
    _complain_about(where)
    report = run_until_stopped(lambda stop: run_scenario(chosen, where, scale, console, stop))
    print_scenario_report(console, report)
    _write(report, json_file, html)
    if not report.outcome.held:
        raise typer.Exit(BAD)


def print_scenarios(console: Console) -> None:
    """List the scenarios that come along, with a sentence each."""
    table = Table(box=None, padding=(0, 3, 0, 0), show_header=False)
    for name in scenario_names():
        table.add_row(f"[bold]{name}[/bold]", load_scenario(name).title)
    console.print(table)


def _complain_about(where: Where) -> None:
    if where.broker is None and (where.metrics_url or where.verify):
        raise typer.BadParameter(
            "goes with --broker; give that too", param_hint="--service/--verify"
        )


def _write(report: ScenarioReport, json_file: Path | None, html: Path | None) -> None:
    if json_file:
        write_scenario_report(report, json_file)
    if html and report.outcome.load:
        write_html(report.outcome.load, html)
