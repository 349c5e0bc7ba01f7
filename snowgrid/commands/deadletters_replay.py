"""`snowgrid deadletters replay`: send rejected readings to the broker again."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ingest.dead_letters import Cursor, Kept
from ingest.dead_letters.replay import OUTCOMES, BrokerPublisher, Outcome, fate, replay
from ingest.dead_letters.replayed import Replayed
from ingest.errors import BrokerError
from ingest.settings_mqtt import MqttSettings
from snowgrid.cli.letter_options import (
    FolderOption,
    ReasonOption,
    SinceOption,
    TopicOption,
    settings_with,
    wanted,
)
from snowgrid.cli.options import ConfigFile
from snowgrid.cli.running import run_until_stopped

NOT_ALL_SENT = 1

MEANING: dict[Outcome, str] = {
    "sent": "sent and confirmed by the broker",
    "before": "sent by an earlier replay; --again sends them once more",
    "unheard": "dropped by the broker, as nobody subscribes; does the service run?",
    "denied": "refused by the broker: this user may not publish to their topics",
    "incomplete": "too large when they came, and kept in part only",
    "unsendable": "with a topic that nobody may publish to",
    "line": "refused by the database, and kept as lines for it",
}


def replay_letters(  # noqa: PLR0913 - one parameter per option
    *,
    reason: ReasonOption = None,
    topic: TopicOption = None,
    since: SinceOption = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also those that were sent by an earlier replay.")
    ] = False,
    per_s: Annotated[
        float | None, typer.Option("--rate", min=0.001, help="Most letters a second.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send nothing, only say what would be sent.")
    ] = False,
    folder: FolderOption = None,
    config: ConfigFile = None,
) -> None:
    """Send rejected readings to the broker again, as they came, once their cause is mended.

    What is still wrong comes back as a new dead letter. Letters stay where they are, and those
    that the broker has confirmed are passed over next time. It may be interrupted: a reading
    that arrives twice is stored once.

    Exit code 1 when the broker did not take all that could be sent.
    """
    settings = settings_with(folder, config)
    letters = Cursor(settings.deadletters.dir, wanted(reason, topic, since)).read()
    console = Console(highlight=False, soft_wrap=True)
    tally: Counter[Outcome] = Counter()
    trouble = ""
    if dry_run:
        replayed = Replayed()
        tally.update(fate(kept, replayed, again=again) or "sent" for kept in letters)
    else:
        trouble = _send(settings.mqtt, letters, tally, again=again, per_s=per_s)
    if tally:
        console.print(_table(tally, MEANING | ({"sent": "to be sent"} if dry_run else {})))
    elif not trouble:
        console.print(f"No such dead letters in {settings.deadletters.dir}.", markup=False)
    if trouble:
        console.print(f"{trouble} Run it again to go on.", markup=False)
    if trouble or tally["unheard"] or tally["denied"]:
        raise typer.Exit(NOT_ALL_SENT)


def _send(
    settings: MqttSettings,
    letters: Iterable[Kept],
    tally: Counter[Outcome],
    *,
    again: bool,
    per_s: float | None,
) -> str:
    """Send letters, counting in `tally`, and return what ended it early."""

    async def work(stop: asyncio.Event) -> str:
        async with (
            BrokerPublisher(settings) as publisher,
            aclosing(replay(letters, publisher, Replayed(), again=again, per_s=per_s)) as outcomes,
        ):
            async for outcome in outcomes:
                tally[outcome] += 1
                status.update(f"{tally.total():,} letters")
                if stop.is_set():
                    return "Interrupted."
        return ""

    with Console(stderr=True).status("connecting") as status:
        try:
            return run_until_stopped(work)
        except BrokerError as error:
            return f"{error}."


def _table(tally: Counter[Outcome], meaning: Mapping[Outcome, str]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right")
    table.add_column()
    for outcome in OUTCOMES:
        if tally[outcome]:
            table.add_row(f"{tally[outcome]:,}", meaning[outcome])
    return table
