"""`snowgrid rollup rebuild`: compute the rollups of some time anew."""

import asyncio
import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from devices.registry import kind_named, kinds
from ingest.aggregation.offline import Selection, spans_of, store_by_hand
from ingest.aggregation.rebuild import rebuild
from ingest.errors import SpoolFull, StoreError
from ingest.settings import Settings, load_settings
from snowgrid.cli.options import AsJson, ConfigFile
from snowgrid.cli.running import run_until_stopped
from snowgrid.cli.span_options import FromOption, ToOption, stretch_ms

NOT_FINISHED = 1

KindOption = Annotated[
    str | None, typer.Option("--kind", "-k", metavar="KIND", help="Only of this device kind.")
]
SiteOption = Annotated[
    str | None, typer.Option("--site", metavar="SITE", help="Only at this site.")
]


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of it.

    Attributes:
        spans: Stretches of one kind at one site, of the longest window's length, to be computed.
        done: Those that were.
        rows: Rows written.
        seconds: How long it took.
        trouble: What ended it early, or an empty string.
    """

    spans: int = 0
    done: int = 0
    rows: int = 0
    seconds: float = 0.0
    trouble: str = ""


def rebuild_rollups(  # noqa: PLR0913 - one parameter per option
    *,
    since: FromOption,
    until: ToOption = None,
    kind: KindOption = None,
    site: SiteOption = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Compute the rollups of some time anew; what was written before is overwritten.

    Whole stretches of the longest window are computed (hours, as a rule) if any part of them is
    asked for. With InfluxDB the service may go on meanwhile; a DuckDB file it has for itself, so
    stop it first. It may be interrupted and run again.

    Exit code 1 when it did not finish, 2 when something given is wrong.
    """
    from_ms, to_ms = stretch_ms(since, until)
    selection = Selection(
        from_ms=from_ms,
        to_ms=to_ms,
        kinds=[kind_named(kind)] if kind else list(kinds().values()),
        site=site,
    )
    settings = load_settings(config)
    outcome = Outcome()
    begun = time.monotonic()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        _run(selection, settings, outcome, progress)
    outcome.seconds = round(time.monotonic() - begun, 3)
    if as_json:
        typer.echo(json.dumps(asdict(outcome)))
    else:
        _conclude(selection, outcome)
    if outcome.trouble:
        raise typer.Exit(NOT_FINISHED)


def _run(selection: Selection, settings: Settings, outcome: Outcome, progress: Progress) -> None:
    tiers = settings.rollups.tiers

    async def work(stop: asyncio.Event) -> None:
        async with store_by_hand(settings.store) as (reader, sink):
            spans = await spans_of(selection, tiers.span_ms, reader)
            outcome.spans = len(spans)
            for span in progress.track(spans, description="rebuilding"):
                if stop.is_set():
                    outcome.trouble = "interrupted"
                    return
                outcome.rows += await rebuild(span, kinds(), tiers, reader, sink)
                outcome.done += 1

    try:
        run_until_stopped(work)
    except (StoreError, SpoolFull) as error:
        outcome.trouble = str(error)


def _conclude(selection: Selection, outcome: Outcome) -> None:
    console = Console(highlight=False, soft_wrap=True)
    stretch = f"{_iso(selection.from_ms)} to {_iso(selection.to_ms)}"
    if not outcome.spans and not outcome.trouble:
        console.print(f"No such readings in the store, {stretch}.", markup=False)
        return
    console.print(
        f"{stretch}: {outcome.rows:,} rows of rollups written in {outcome.seconds:.1f} s.",
        markup=False,
    )
    if outcome.trouble:
        console.print(
            f"Only {outcome.done:,} of {outcome.spans:,} parts are done: {outcome.trouble}. "
            "Run it again to do all.",
            style="bold red",
            markup=False,
        )


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
