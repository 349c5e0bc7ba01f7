"""`snowgrid rules export`: the rules for another program that evaluates them."""

from pathlib import Path
from typing import Annotated

import typer

from devices.registry import kinds as all_kinds
from ingest.errors import ConfigError
from ingest.rules.files import load_rules
from snowgrid.commands.rules_options import RuleFiles
from snowgrid.deployment.grafana_rules.rendering import export_all, losses_text, rendered


def export_rules(
    *,
    grafana: Annotated[
        bool, typer.Option("--grafana", help="As Grafana-managed rules, for its provisioning.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write there instead of printing."),
    ] = None,
    files: RuleFiles = None,
) -> None:
    """Export the alert rules, and say what gets lost.

    Grafana then shows them in its own list, and evaluates them on what is stored: a second opinion,
    and the only one while the service is away. What it cannot express is told on the standard
    error, and in the file.

    [bold]Example[/bold]

        snowgrid rules export --grafana --out dashboards/provisioning/alerting/rules.yaml
    """
    if not grafana:
        raise typer.BadParameter("for whom? Give --grafana", param_hint="'--grafana'")
    exported = export_all(load_rules(files or [], all_kinds()), all_kinds())
    text = rendered(exported)
    if out is None:
        typer.echo(text, nl=False)
    else:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"--out {out}: cannot be written: {error.strerror}") from error
    typer.echo(losses_text(exported), err=True)
    if out is not None:
        typer.echo(f"{len(exported.rules)} rules of Grafana's in {out}", err=True)
