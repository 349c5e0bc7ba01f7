"""`snowgrid dashboards build`: the boards as JSON for Grafana."""

from pathlib import Path
from typing import Annotated

import typer

from dashboards.boards import all_boards
from dashboards.grafana.files import FOLDER, differences, files_of, write
from dashboards.grafana.wording import BUCKETS, Macros
from dashboards.model.query import Database
from devices.registry import kinds
from ingest.rules.files import load_rules
from snowgrid.commands.rules_options import RuleFiles
from snowgrid.dashboards.facts import facts_of

DIFFERS = 1

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
    facts = facts_of(kinds(), load_rules(rules or (), kinds()))
    macros = Macros(buckets={Database.RAW: bucket, Database.ROLLUP: rollup_bucket})
    files = files_of(all_boards(facts), macros)
    if not check:
        write(files, out)
        typer.echo(f"{len(files)} boards written to {out}.")
        return
    found = differences(files, out)
    for line in found:
        typer.echo(line)
    if found:
        typer.echo(f"{out} is not what the boards say; run `snowgrid dashboards build`.", err=True)
        raise typer.Exit(DIFFERS)
    typer.echo(f"{len(files)} boards in {out} are what they should be.")
