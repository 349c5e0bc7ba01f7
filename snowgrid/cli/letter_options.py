"""Which dead letters a command is about, as options."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ingest.core.rejection import Reason
from ingest.dead_letters import Wanted
from ingest.settings import Settings, load_settings
from snowgrid.cli.since import FORMS, parse_since

ReasonOption = Annotated[
    Reason | None, typer.Option("--reason", "-r", help="Only those rejected for this.")
]
TopicOption = Annotated[
    str | None,
    typer.Option("--topic", "-t", metavar="GLOB", help="Only topics like `*/snow_gun/*`."),
]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help=f"Only since then: {FORMS}.")
]
FolderOption = Annotated[
    Path | None,
    typer.Option("--dir", metavar="DIR", help="Folder of the dead letters, if not the settings'."),
]


def wanted(reason: Reason | None, topic: str | None, since: str | None) -> Wanted:
    """Return what the options ask for."""
    if since is None:
        return Wanted(reason=reason, topic=topic)
    try:
        moment = parse_since(since, datetime.now(UTC))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="'--since'") from error
    return Wanted(reason=reason, topic=topic, since_ms=round(moment.timestamp() * 1000))


def settings_with(folder: Path | None, config: Path | None) -> Settings:
    """Return the settings, with the folder that was asked for.

    Raises:
        ConfigError: They are wrong.
    """
    return load_settings(config, {"deadletters.dir": folder})
