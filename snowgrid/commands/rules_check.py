"""`snowgrid rules check`: is a file of rules right?"""

import json
from pathlib import Path
from typing import Annotated

import typer

from devices.registry import kinds
from ingest.errors import ConfigError
from ingest.rules.files import load_rules
from snowgrid.cli.errors import USAGE
from snowgrid.cli.options import AsJson


def check_rules(
    files: Annotated[list[Path], typer.Argument(metavar="FILES…", help="Files, or folders.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Check files of rules: form, kinds, fields, states, thresholds, names, summaries.

    They are read as the service reads them, after the rules that come along, so that a rule may
    replace one of those, and an override may change one.

    [bold]Examples[/bold]

        snowgrid rules check my.yaml

        snowgrid rules check /etc/snowgrid/rules && systemctl reload snowgrid

    Exit code 0 when all is right, 2 when not.
    """
    try:
        own = load_rules(files, kinds(), defaults=False)
        every = load_rules(files, kinds())
    except ConfigError as error:
        if as_json:
            typer.echo(json.dumps({"wrong": str(error).splitlines()}, indent=2))
        else:
            typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from error
    if as_json:
        found = {"wrong": [], "rules": [rule.name for rule in own], "in_all": len(every)}
        typer.echo(json.dumps(found, indent=2))
    else:
        typer.echo(f"{len(own)} rules are right; with those that come along, {len(every)} count.")
