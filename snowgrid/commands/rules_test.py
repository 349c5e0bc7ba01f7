"""`snowgrid rules test`: do rules do what they should?"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from devices.registry import kinds
from ingest.rules.durations import duration
from ingest.rules.files import FOLDER
from ingest.rules.trial_files import Outcome, run_file
from snowgrid.cli.options import AsJson

FAILED = 1
OWN_TESTS = FOLDER / "tests"


def run_tests(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILES…", help="Files of tests, or folders; none for those that come along."
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Run tests of rules: given these readings, these alerts are expected at these times.

    [bold]Examples[/bold]

        snowgrid rules test                            the tests of the rules that come along

        snowgrid rules test tests/my.yaml

    docs/alerts.md shows how a test is written.

    Exit code 0 when all pass, 1 when one fails, 2 when a file is wrong.
    """
    found = (
        each
        for path in files or [OWN_TESTS]
        for each in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])
    )
    outcomes = [outcome for path in found for outcome in run_file(path, kinds())]
    failed = [outcome for outcome in outcomes if outcome.failures]
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in outcomes], indent=2, ensure_ascii=False))
    else:
        _show(failed)
        typer.echo(f"{len(outcomes) - len(failed)} of {len(outcomes)} tests pass.")
    if failed:
        raise typer.Exit(FAILED)


def _show(failed: Iterable[Outcome]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for outcome in failed:
        console.print(Text.assemble(("FAIL ", "bold red"), outcome.where, ": ", outcome.name))
        for failure in outcome.failures:
            console.print(f"  at {duration(failure.at_s)}")
            console.print(
                Text.assemble("    expected  ", "\n              ".join(_told(failure.expected)))
            )
            console.print(
                Text.assemble("    got       ", "\n              ".join(_told(failure.got)))
            )


def _told(alerts: tuple[str, ...]) -> tuple[str, ...]:
    return alerts or ("nothing",)
