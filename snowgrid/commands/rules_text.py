"""`snowgrid rules schema` and `snowgrid rules generate`: text for other programs."""

import json
from typing import Annotated

import typer
import yaml

from devices.registry import kind_named
from devices.registry import kinds as all_kinds
from ingest.rules.defaults import default_entries
from ingest.rules.json_schema import schema_of_rules, schema_of_tests


def print_schema(
    *,
    tests: Annotated[
        bool, typer.Option("--tests", help="The schema of files of tests instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of files of rules, for editors that complete and check.

    [bold]Example[/bold]

        snowgrid rules schema > rules.schema.json

    and in the first line of a file of rules

        # yaml-language-server: $schema=rules.schema.json
    """
    schema = schema_of_tests(all_kinds()) if tests else schema_of_rules(all_kinds())
    typer.echo(json.dumps(schema, indent=2, ensure_ascii=False))


def generate_rules(
    *,
    kind: Annotated[
        str | None, typer.Option("--kind", "-k", metavar="KIND", help="Only about this kind.")
    ] = None,
) -> None:
    """Print the rules that are made from the kinds' limits, as a file of rules.

    They count without being written anywhere; this is to look at, and to start from.

    [bold]Example[/bold]

        snowgrid rules generate --kind ups > my-ups.yaml
    """
    kinds = all_kinds() if kind is None else {kind: kind_named(kind)}
    typer.echo(
        yaml.safe_dump(default_entries(kinds), sort_keys=False, allow_unicode=True, width=100),
        nl=False,
    )
