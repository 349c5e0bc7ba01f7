"""`snowgrid check`: will the service be able to work?"""

import asyncio
import json
from dataclasses import asdict

import typer
from rich.console import Console
from rich.text import Text

from ingest.check.finding import Finding, Verdict, good, wrong
from ingest.errors import ConfigError
from ingest.settings import DEFAULT_FILE, load_settings
from snowgrid.cli.errors import USAGE
from snowgrid.cli.options import AsJson, ConfigFile

STYLES = {Verdict.GOOD: "green", Verdict.DOUBTFUL: "yellow", Verdict.WRONG: "bold red"}
MARKS = {Verdict.GOOD: "✓", Verdict.DOUBTFUL: "!", Verdict.WRONG: "✗"}
ASCII_MARKS = {Verdict.GOOD: "+", Verdict.DOUBTFUL: "!", Verdict.WRONG: "x"}


def check(*, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Check settings, folders, broker and store, and say how to mend what is wrong.

    It connects to broker and database as the service would, changes nothing,
    and leaves a running service alone.

    Exit code 0 when the service can work, 2 when it cannot.
    """
    findings = _findings(config)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        _show(findings)
    if any(finding.verdict is Verdict.WRONG for finding in findings):
        raise typer.Exit(USAGE)


def _findings(config: ConfigFile) -> list[Finding]:
    try:
        settings = load_settings(config)
    except ConfigError as error:
        return [wrong("settings", line) for line in str(error).splitlines()]
    from ingest.check.service import check_service  # noqa: PLC0415 - half a second of clients

    source = config or (DEFAULT_FILE if DEFAULT_FILE.exists() else "defaults and environment")
    return [good("settings", str(source)), *asyncio.run(check_service(settings))]


def _show(findings: list[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    marks = ASCII_MARKS if console.options.ascii_only else MARKS
    width = max(len(finding.about) for finding in findings)
    for finding in findings:
        mark = Text(marks[finding.verdict], STYLES[finding.verdict])
        console.print(mark, f"{finding.about:<{width}}", Text(finding.what))
        if finding.fix:
            console.print(" " * (width + 2), Text(f"→ {finding.fix}", "dim"))
