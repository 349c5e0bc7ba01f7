"""A stretch of time as options."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from snowgrid.cli.since import FORMS, parse_since

FromOption = Annotated[str, typer.Option("--from", metavar="TIME", help=f"Since when: {FORMS}.")]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="TIME", help="Until when, in the same forms; now.")
]


def stretch_ms(since: str, until: str | None, now: datetime | None = None) -> tuple[int, int]:
    """Return two moments in Unix milliseconds, the first before the second.

    Args:
        since: As a person types it.
        until: The same; None for now.
        now: Aware; None for the system's time.
    """
    now = now or datetime.now(UTC)
    from_ms = _moment_ms(since, now, "--from")
    to_ms = _moment_ms(until, now, "--to") if until else round(now.timestamp() * 1000)
    if from_ms >= to_ms:
        raise typer.BadParameter("should be before --to", param_hint="'--from'")
    return from_ms, to_ms


def _moment_ms(text: str, now: datetime, option: str) -> int:
    try:
        return round(parse_since(text, now).timestamp() * 1000)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=f"'{option}'") from error
