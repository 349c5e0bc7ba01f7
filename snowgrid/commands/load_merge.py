"""`snowgrid load merge`: one report out of those of several machines."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from snowgrid.commands.load_outputs import finish
from snowgrid.loading.result import merged_runs, read_report


def merge(
    files: Annotated[list[Path], typer.Argument(metavar="FILES…", help="Written with --json.")],
    *,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Keep the sum in a file.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a report to look at.")
    ] = None,
) -> None:
    """Add up the reports of publishers that shared a load with --shard.

    Histograms are added bucket by bucket, so the percentiles are those of all messages together.
    What each said of the service is left out, as each saw the work of all. Exit code 1: one of
    them was bad.
    """
    finish(
        Console(highlight=False),
        merged_runs([read_report(file) for file in files]),
        json_file,
        html,
    )
