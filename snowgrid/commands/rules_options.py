"""Options that the commands about alert rules share."""

from pathlib import Path
from typing import Annotated

import typer

RuleFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules", "-r", metavar="FILE", help="Your rules, a file or a folder; may be repeated."
    ),
]
