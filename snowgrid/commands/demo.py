"""`snowgrid demo`: a whole region in this terminal, no server needed."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from devices.fleets.file import load_fleet
from ingest.errors import ConfigError
from ingest.logs import configure_logging
from ingest.settings import LogSettings
from ingest.stores.duckdb import open_file
from snowgrid.cli.options import Seed
from snowgrid.cli.running import run_until_stopped
from snowgrid.demo.play import play
from snowgrid.demo.reckoning import Reckoning, reckon
from snowgrid.demo.scene import Files, Scene
from snowgrid.demo.show import show
from snowgrid.demo.summary import print_summary

DOES_NOT_ADD_UP = 1


def demo(
    *,
    fleet: Annotated[
        str, typer.Option(metavar="FLEET", help="A fleet that comes along, or a fleet file.")
    ] = "jing-jin-ji",
    duration: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            metavar="SECONDS",
            help="Stop after so long; else Ctrl-C stops.",
        ),
    ] = None,
    store: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="DuckDB file; what is in it stays, and new readings are added.",
        ),
    ] = Path("data/demo.duckdb"),
    seed: Seed = 0,
) -> None:
    """Watch smart meters, ski resorts and a data hall report into a database.

    Everything runs here: an MQTT broker on a free port of this machine, a simulated region that
    publishes to it, the service, and a DuckDB file. Some messages are bad on purpose, to show
    what becomes of them: they land beside the database, in a folder named after it, and so does
    the service's log. The database and the folder are never emptied; delete them to start anew.

    At the end it counts what was published, booked and stored, and prints questions to ask the
    database. Exit code 1: these counts differ; 2: something given is wrong.

    [bold]Examples[/bold]

        snowgrid demo

        snowgrid demo --duration 60 --fleet chongli --store snow.duckdb
    """
    _require_packages()
    scene = Scene(fleet=load_fleet(fleet), files=Files(store), seed=seed, duration_s=duration)
    console = Console(highlight=False)
    reckoning = run_until_stopped(lambda stop: _perform(scene, console, stop))
    print_summary(console, scene, reckoning)
    if reckoning.problems():
        raise typer.Exit(DOES_NOT_ADD_UP)


async def _perform(scene: Scene, console: Console, stop: asyncio.Event) -> Reckoning:
    # In a thread, because DuckDB gives up a query on Ctrl-C in the main one.
    before = await asyncio.to_thread(_rows, scene.files.store)
    with _logging_to(scene.files.log):
        async with asyncio.TaskGroup() as tasks:
            showing = tasks.create_task(show(console, scene, stop), name="demo.show")
            await play(scene, stop)
            showing.cancel()
    return reckon(scene, before, await asyncio.to_thread(_rows, scene.files.store))


def _require_packages() -> None:
    if find_spec("iotcore") is None or find_spec("duckdb") is None:
        raise ConfigError(
            "the demo needs packages that are not installed: pip install 'snowgrid[embedded]'"
        )


def _rows(store: Path) -> dict[str, int]:
    """Return how many rows each table has, creating the file where there is none."""
    try:
        with closing(open_file(store)) as file:
            return file.rows()
    except ConfigError as error:
        raise ConfigError(f"--store {str(error).removeprefix('store.duckdb.path: ')}") from error


@contextmanager
def _logging_to(path: Path) -> Iterator[None]:
    """Keep the service's log off the screen."""
    try:
        stream = path.open("w", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
    with stream:
        configure_logging(LogSettings(format="human"), stream)
        try:
            yield
        finally:
            configure_logging(LogSettings())
