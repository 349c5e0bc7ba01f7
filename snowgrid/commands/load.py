"""`snowgrid load`: puts load on a broker and a service, and says whether anything got lost."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from devices.faults.parse import parse_faults
from devices.load.schedule import Profile
from ingest.settings import load_settings
from snowgrid.cli.lazy import new_app
from snowgrid.cli.options import (
    BROKER,
    CaFile,
    CertFile,
    ConfigFile,
    Faults,
    KeyFile,
    Qos,
    Seed,
    Username,
)
from snowgrid.cli.running import run_until_stopped
from snowgrid.commands.load_broker import broker_order
from snowgrid.commands.load_merge import merge
from snowgrid.commands.load_outputs import compare_files, finish, finish_search
from snowgrid.commands.load_run import run
from snowgrid.loading.limits import Limits
from snowgrid.loading.order import LoadOrder
from snowgrid.loading.perform import Where, perform, search
from snowgrid.loading.verify_store import store_to_read

WHAT, RESULT = "What is sent", "What is told"

app = new_app()
app.command("merge")(merge)
app.command("run")(run)


@app.callback(invoke_without_command=True)
def load(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    rate: Annotated[
        float,
        typer.Option(min=0.01, help="Messages a second, at the most.", rich_help_panel=WHAT),
    ] = 2_000,
    duration: Annotated[
        float,
        typer.Option(
            min=0.1, metavar="SECONDS", help="How long is measured.", rich_help_panel=WHAT
        ),
    ] = 10,
    warmup: Annotated[
        float,
        typer.Option(
            min=0, metavar="SECONDS", help="Published before that, untimed.", rich_help_panel=WHAT
        ),
    ] = 1,
    profile: Annotated[
        Profile, typer.Option(help="How the rate changes.", rich_help_panel=WHAT)
    ] = Profile.CONSTANT,
    kind: Annotated[
        str, typer.Option(help="Kind of the devices.", rich_help_panel=WHAT)
    ] = "smart_meter",
    devices: Annotated[
        int, typer.Option(min=1, help="How many of that kind.", rich_help_panel=WHAT)
    ] = 10_000,
    fleet: Annotated[
        str | None,
        typer.Option(
            metavar="FLEET",
            help="A fleet that comes along, or a fleet file, in place of --kind and --devices.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    batch: Annotated[
        int, typer.Option(min=1, help="Readings in a message.", rich_help_panel=WHAT)
    ] = 1,
    span: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            metavar="SECONDS",
            help="With --batch: time that a message's readings cover. Every device then uploads "
            "once.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    qos: Qos = 1,
    seed: Seed = 0,
    faults: Faults = "",
    shard: Annotated[
        str,
        typer.Option(
            metavar="I/N",
            help="Be one of several machines; rate and devices are divided.",
            rich_help_panel=WHAT,
        ),
    ] = "1/1",
    broker: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help=r"`mqtt://\[user@]host:port`, or `mqtts://` for TLS; without it a broker, a "
            "service and a database of the command's own.",
            rich_help_panel=BROKER,
        ),
    ] = None,
    username: Username = None,
    ca_file: CaFile = None,
    cert_file: CertFile = None,
    key_file: KeyFile = None,
    connections: Annotated[
        int, typer.Option(min=1, help="Connections to the broker.", rich_help_panel=BROKER)
    ] = 10,
    connect_rate: Annotated[
        float,
        typer.Option(min=0.1, help="Connections opened in a second.", rich_help_panel=BROKER),
    ] = 500,
    processes: Annotated[
        int, typer.Option(min=1, help="Processes that publish.", rich_help_panel=WHAT)
    ] = 1,
    drain: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="SECONDS",
            help="Longest wait for the last acknowledgements.",
            rich_help_panel=WHAT,
        ),
    ] = 10,
    service: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The service's metrics (`http://127.0.0.1:9464/metrics`); its books must agree.",
            rich_help_panel=RESULT,
        ),
    ] = None,
    verify: Annotated[
        str | None,
        typer.Option(
            metavar="STORE",
            help="Compare what a DuckDB file or an InfluxDB (its URL) holds with what was sent.",
            rich_help_panel=RESULT,
        ),
    ] = None,
    config: ConfigFile = None,
    find_max: Annotated[
        bool,
        typer.Option(
            "--find-max",
            help="Search the highest rate that is good, from --rate on.",
            rich_help_panel=RESULT,
        ),
    ] = False,
    p99: Annotated[
        float,
        typer.Option(
            min=0.001,
            metavar="SECONDS",
            help="With --find-max: what 99 % of acknowledgements must not exceed.",
            rich_help_panel=RESULT,
        ),
    ] = 0.5,
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json", metavar="FILE", help="Keep all figures in a file.", rich_help_panel=RESULT
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a report to look at.", rich_help_panel=RESULT),
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            metavar="A B",
            help="Send nothing; show two --json files side by side.",
            rich_help_panel=RESULT,
        ),
    ] = None,
) -> None:
    """Put load on a broker and the service behind it, and see whether all of it arrives.

    Messages are sent by the clock, whether or not anybody keeps up, and timed from when they were
    due. Devices behave as in `snowgrid simulate`; the same seed makes the same devices.

    Without --broker everything runs here and is thrown away afterwards: a broker, the service, a
    DuckDB file, which is compared reading by reading with what was sent.

    Ctrl-C ends it with a report of what was done. Exit code 1: something got lost, doubled or
    altered, or could not be sent; 2: something given is wrong.

    [bold]Examples[/bold]

        snowgrid load --rate 5000 --duration 30 --html load.html

        snowgrid load --find-max

        snowgrid load --broker mqtt://broker --service http://broker:9464/metrics
        --verify http://influxdb:8086 --kind server --devices 50000 --rate 10000

        snowgrid load --compare before.json after.json

        snowgrid load merge one.json two.json --json both.json

        snowgrid load run --list
    """
    if ctx.invoked_subcommand:
        return
    console = Console(highlight=False)
    if compare:
        compare_files(console, compare)
        return
    order = LoadOrder(
        fleet=fleet,
        kind=kind,
        devices=devices,
        rate_per_s=rate,
        duration_s=duration,
        warmup_s=warmup,
        profile=profile,
        qos=1 if qos else 0,
        batch=batch,
        span_s=span,
        seed=seed,
        connections=connections,
        connects_per_s=connect_rate,
        drain_s=drain,
        processes=processes,
        shard=shard,
        faults=parse_faults(faults),
    )
    order.plan().spacing_ms(order.make_fleet().device_count)  # complain before anything starts
    where = Where(
        broker=broker_order(broker, username, (ca_file, cert_file, key_file)),
        metrics_url=service,
        verify=store_to_read(verify, config) if verify else None,
        limits=_limits(order, config) if broker else Limits(),
    )
    where.limits.check(order.faults)
    if find_max:
        found = run_until_stopped(lambda stop: search(order, where, p99, console, stop))
        finish_search(console, found, json_file, html)
        return
    report = run_until_stopped(lambda stop: perform(order, where, console, stop))
    finish(console, report, json_file, html)


def _limits(order: LoadOrder, config: Path | None) -> Limits:
    """Return what the service takes, which matters to faults alone."""
    return Limits.of(load_settings(config).validation) if order.faults else Limits()
