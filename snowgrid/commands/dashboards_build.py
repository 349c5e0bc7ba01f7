"""`snowgrid dashboards build`: the boards as JSON for Grafana."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from dashboards.boards import all_boards
from dashboards.grafana.wording import BUCKETS, Macros
from dashboards.model.query import Database
from devices.registry import kinds
from ingest.errors import ConfigError
from ingest.rules.files import load_rules
from snowgrid.commands.rules_options import RuleFiles
from snowgrid.dashboards.facts import facts_of

DIFFERS = 1
FOLDER = Path("dashboards/json")
"""Where a checkout keeps the boards of the kinds and rules that come along."""

Out = Annotated[
    Path, typer.Option("--out", "-o", metavar="DIR", help="Where the files are, or shall be.")
]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; tell what differs, exit code 1 if any does.")
]
Bucket = Annotated[str, typer.Option(metavar="NAME", help="Bucket, or database, of readings.")]
RollupBucket = Annotated[str, typer.Option(metavar="NAME", help="The one of rollups.")]


def build_dashboards(
    *,
    out: Out = FOLDER,
    check: Check = False,
    rules: RuleFiles = None,
    bucket: Bucket = BUCKETS[Database.RAW],
    rollup_bucket: RollupBucket = BUCKETS[Database.ROLLUP],
) -> None:
    """Write the boards as JSON files that Grafana 11 and later import.

    Units, titles and descriptions come from the device kinds, the limits in the panels from the
    alert rules: those that come along, and yours. Files of boards that are no more are removed.
    """
    if find_spec("grafana_foundation_sdk") is None:
        raise ConfigError(
            "boards for Grafana need a package that is not installed: "
            "pip install 'snowgrid[dashboards]'"
        )
    # Imported here, since `dashboards serve` does without that package.
    from dashboards.grafana.files import differences, files_of, write  # noqa: PLC0415

    facts = facts_of(kinds(), load_rules(rules or (), kinds()))
    macros = Macros(buckets={Database.RAW: bucket, Database.ROLLUP: rollup_bucket})
    files = files_of(all_boards(facts), macros)
    if check:
        _tell(differences(files, out), out)
        return
    try:
        write(files, out)
    except OSError as error:
        raise ConfigError(f"--out {out}: cannot be written: {error}") from error
    typer.echo(f"{len(files)} boards written to {out}.")


def _tell(found: list[str], out: Path) -> None:
    if not found:
        typer.echo(f"The boards in {out} are what they should be.")
        return
    for line in found:
        typer.echo(line)
    typer.echo(f"{out} is not what the boards say: run `snowgrid dashboards build`.", err=True)
    raise typer.Exit(DIFFERS)
