"""What the demo says at its end."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import which

from rich.console import Console
from rich.table import Table
from rich.text import Text

from snowgrid.demo.queries import queries_for
from snowgrid.demo.reckoning import KindCount, Reckoning
from snowgrid.demo.scene import Files, Scene
from snowgrid.demo.screen import MIB, clock_face


def print_summary(console: Console, scene: Scene, reckoning: Reckoning) -> None:
    """Print the account, where everything is, and questions to ask the database."""
    console.print(
        Text.assemble(
            ("Snowgrid demo", "bold cyan"),
            f"  {clock_face(scene.played_s)} of {scene.fleet.title}, "
            f"{scene.fleet.device_count:,} devices",
        )
    )
    console.print()
    console.print(_table_of(reckoning))
    console.print()
    for line in _account(reckoning):
        console.out(line)
    _print_verdict(console, reckoning)
    console.print()
    for line in _places(scene.files, reckoning):
        console.out(line)
    if any(count.rows for count in reckoning.kinds):
        _print_queries(console, scene.files.store, reckoning.kinds)


def _table_of(reckoning: Reckoning) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("kind")
    for heading in ("published", "committed", "new rows in the database"):
        table.add_column(heading, justify="right")
    for count in reckoning.kinds:
        table.add_row(count.kind, f"{count.published:,}", f"{count.committed:,}", f"{count.rows:,}")
    return table


def _account(reckoning: Reckoning) -> Iterator[str]:
    readings = reckoning.ledger.readings
    bad = sum(reckoning.bad.values())
    reasons = ", ".join(f"{reason} {n}" for reason, n in sorted(readings.rejected.items()))
    yield f"published  {reckoning.published:,} good + {bad:,} bad on purpose"
    yield f"received   {readings.received:,}"
    yield (
        f"became     {readings.committed:,} committed + {readings.rejected.total():,} rejected"
        + (f" + {readings.skipped:,} skipped" if readings.skipped else "")
        + (f" + {readings.in_flight:,} in flight" if readings.in_flight else "")
    )
    if reasons:
        yield f"           rejected for {reasons}"
    if reckoning.repeated > 0:
        yield f"{reckoning.repeated:,} came twice, as connections broke; they are stored once"
    if reckoning.unsent:
        yield f"{reckoning.unsent:,} readings were made and not sent any more"


def _print_verdict(console: Console, reckoning: Reckoning) -> None:
    problems = reckoning.problems()
    if not problems:
        mark = "" if console.options.ascii_only else " ✓"
        console.print(f"The ledger balances: nothing lost, nothing doubled.{mark}", style="green")
    for problem in problems:
        console.print(f"Does not add up: {problem}", style="bold red", markup=False)


def _places(files: Files, reckoning: Reckoning) -> Iterator[str]:
    earlier = f", with {reckoning.rows_before:,} rows of before" if reckoning.rows_before else ""
    yield f"database   {files.store} ({files.store_bytes / MIB:.1f} MiB{earlier})"
    if reckoning.ledger.readings.rejected:
        folder = shlex.quote(str(files.dead_letters))
        yield f"rejected   {_beside_python('snowgrid')} deadletters --dir {folder}"
    store = shlex.quote(str(files.store))
    yield f"boards     {_beside_python('snowgrid')} dashboards serve --store {store}"
    yield f"log        {files.log}"


def _print_queries(console: Console, store: Path, kinds: tuple[KindCount, ...]) -> None:
    console.print()
    console.print("Ask the database", style="bold")
    console.out(f"    duckdb {shlex.quote(str(store))}", highlight=False)
    console.print("or, where that command is not installed,")
    console.out(f"    {python_command(store)}", highlight=False)
    console.print('and there ask("""SELECT …"""):')
    for query in queries_for(count.kind for count in kinds if count.rows):
        console.print()
        console.print(f"-- {query.question}", style="dim", markup=False)
        console.out(query.sql, highlight=False)


def python_command(store: Path) -> str:
    """Return a command that opens the database in this very Python, which has the package."""
    program = "import duckdb, sys; ask = duckdb.connect(sys.argv[1]).sql"
    python = _beside_python(Path(sys.executable).name)
    return f'{python} -ic "{program}" {shlex.quote(str(store))}'


def _beside_python(name: str) -> str:
    """Return what to type for a command that is installed where this Python is."""
    path = Path(sys.executable).with_name(name)
    if which(name) == str(path):
        return name
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return shlex.quote(str(path))
