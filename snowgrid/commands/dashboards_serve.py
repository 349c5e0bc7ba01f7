"""`snowgrid dashboards serve`: the boards in a browser, without Grafana."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from dashboards.web.server import LOOPBACK, Address, Shown, serving
from ingest.clock import wall_clock_ms
from ingest.parts import where_readings_go
from ingest.settings import Settings, load_settings
from snowgrid.cli.options import ConfigFile
from snowgrid.cli.running import run_until_stopped
from snowgrid.dashboards.boards import boards_of
from snowgrid.dashboards.stores import reading, store_named

PORT = 8420

StoreOption = Annotated[
    str,
    typer.Option(
        metavar="PATH|URL",
        help="A DuckDB file, or the URL of an InfluxDB; without it, the store that is set.",
        show_default=False,
    ),
]


def serve_dashboards(
    *,
    store: StoreOption = "",
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes any that is free.")
    ] = PORT,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Address to listen on. With another one than this machine's own, everybody who "
            "can reach it sees everything, without a password.",
        ),
    ] = LOOPBACK,
    config: ConfigFile = None,
) -> None:
    """Show the boards in a browser, without Grafana, from InfluxDB or a DuckDB file.

    They are the boards that Grafana gets, read-only. A DuckDB file cannot be read while the
    service has it open; `snowgrid demo` shows its boards itself. Token, buckets and your own alert
    rules come from the settings. Ctrl-C ends it.

    Exit code 2 when the store cannot be opened, or the port is taken.

    [bold]Examples[/bold]

        snowgrid dashboards serve --store data/demo.duckdb

        snowgrid dashboards serve --store http://influxdb:8086
    """
    settings = load_settings(config)
    settings = settings.model_copy(update={"store": store_named(store, settings.store)})
    run_until_stopped(lambda stop: _serve(settings, Address(host=host, port=port), stop))


async def _serve(settings: Settings, address: Address, stop: asyncio.Event) -> None:
    console = Console(highlight=False, soft_wrap=True)
    boards = boards_of(settings.alerts)
    async with reading(settings.store) as reader:
        shown = Shown(boards=boards, reader=reader)
        async with serving(shown, address, wall_clock_ms) as url:
            console.print(f"boards  {url}/  from {where_readings_go(settings.store)}", markup=False)
            if address.host != LOOPBACK:
                console.print("Everybody who can reach this address can look.", style="yellow")
            console.print("Ctrl-C ends it.", style="dim")
            await stop.wait()
