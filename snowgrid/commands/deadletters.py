"""`snowgrid deadletters`: what was rejected, and why."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ingest.core.rejection import DeadLetter, Reason
from ingest.dead_letters import Cursor, Kept
from snowgrid.cli.lazy import new_app
from snowgrid.cli.letter_options import (
    FolderOption,
    ReasonOption,
    SinceOption,
    TopicOption,
    settings_with,
    wanted,
)
from snowgrid.cli.letters import as_text, summary, to_json
from snowgrid.cli.options import AsJson, ConfigFile
from snowgrid.commands.deadletters_replay import replay_letters

SHOWN = 20

app = new_app()
app.command("replay")(replay_letters)


@app.callback(invoke_without_command=True)
def deadletters(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    reason: ReasonOption = None,
    topic: TopicOption = None,
    since: SinceOption = None,
    tail: Annotated[
        bool, typer.Option("--tail", "-f", help="Go on with new ones as they come.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", "-n", min=0, help=f"Only the newest; {SHOWN}, or all of them with --json."
        ),
    ] = None,
    as_json: AsJson = False,
    folder: FolderOption = None,
    config: ConfigFile = None,
) -> None:
    """Show rejected readings: when, why, from where, what is wrong, and what was sent.

    [bold]Examples[/bold]

        snowgrid deadletters --since 1h                  the newest of the last hour

        snowgrid deadletters --reason range --tail       wait for implausible values

        snowgrid deadletters --json | jq .topic          all of them, for programs

        snowgrid deadletters replay --reason kind        send them to the broker again
    """
    if ctx.invoked_subcommand is not None:
        _refuse_misplaced_options(ctx)
        return
    where = settings_with(folder, config).deadletters.dir
    cursor = Cursor(where, wanted(reason, topic, since))
    console = Console(highlight=False, soft_wrap=True)
    counts: Counter[Reason] = Counter()
    show = _print_json if as_json else _printer(console)
    most = SHOWN if limit is None and not as_json else limit
    try:
        _show(_newest(cursor.read(), most, counts), show)
        if tail:
            _show(_counted(cursor.follow(time.sleep), counts), show)
    except KeyboardInterrupt:  # the way to end --tail
        typer.echo()
    if not as_json:
        _conclude(console, counts, where, most)


def _refuse_misplaced_options(ctx: typer.Context) -> None:
    if any(value not in (None, False) for value in ctx.params.values()):
        raise typer.BadParameter("options go last: snowgrid deadletters replay --reason range")


def _newest(
    letters: Iterable[Kept], most: int | None, counts: Counter[Reason]
) -> Iterable[DeadLetter]:
    counted = _counted(letters, counts)
    return counted if most is None else deque(counted, maxlen=most)


def _counted(letters: Iterable[Kept], counts: Counter[Reason]) -> Iterable[DeadLetter]:
    for kept in letters:
        counts[kept.letter.reason] += 1
        yield kept.letter


def _show(letters: Iterable[DeadLetter], show: Callable[[DeadLetter], None]) -> None:
    for letter in letters:
        show(letter)


def _print_json(letter: DeadLetter) -> None:
    typer.echo(to_json(letter))


def _printer(console: Console) -> Callable[[DeadLetter], None]:
    def show(letter: DeadLetter) -> None:
        console.print(as_text(letter), end="\n\n")

    return show


def _conclude(console: Console, counts: Counter[Reason], where: Path, most: int | None) -> None:
    if not counts:
        console.print(f"No such dead letters in {where}.", markup=False)
        return
    console.print(summary(counts))
    if most is not None and counts.total() > most:
        console.print(f"\nThe newest {most:,} are shown; --limit shows more.", style="dim")
