"""Snowgrid and Telegraf side by side: same broker, topics, payloads and store.

Telegraf gets some settings to choose from, and enters with those that were fastest. Compared are
readings a second when the stream comes as fast as it can, processor time of a reading, memory, and
what is missing after a kill -9. Before that it is seen to that both store the very same points.
"""

import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.figures import Figures, arguments, show
from bench.servers import servers
from bench.telegraf import loss, same_points, speed
from bench.telegraf.configuration import Tuning
from bench.telegraf.contestants import BROKER_LOG, STORING_ONLY, Entrant, snowgrid, telegraf
from bench.telegraf.loss import Loss
from bench.telegraf.same_points import Agreement
from bench.telegraf.speed import Course, Speed

TUNINGS = (
    Tuning(),
    Tuning(parser="xpath_json"),
    Tuning(batch=5_000, undelivered=50_000),
    Tuning(batch=5_000, undelivered=50_000, writes=4),
)
SAME_MESSAGES = 300
NOTES = {
    "snowgrid_per_s": "readings from the first publish to the last in the store",
    "storing_per_s": "the same, without rollups and rules, as Telegraf has none",
    "telegraf_per_s": "the same by Telegraf with its best settings",
    "snowgrid_cpu_us": "processor time of a reading",
    "storing_cpu_us": "without rollups and rules",
    "telegraf_cpu_us": "by Telegraf",
    "snowgrid_mib": "the most that was resident",
    "storing_mib": "without rollups and rules",
    "telegraf_mib": "by Telegraf",
    "snowgrid_missing": "readings, after a kill -9 in the middle of a stream",
    "telegraf_missing": "by Telegraf",
    "differing": "points that are not the same in both stores",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """How much is run.

    Attributes:
        try_messages: To find Telegraf's best settings with, each.
        messages: In a round that counts.
        rounds: Of them; medians are kept.
        rate: Messages a second while somebody is killed.
        kill_messages: How many are sent then.
        seed: Of the devices.
    """

    try_messages: int = 40_000
    messages: int = 150_000
    rounds: int = 2
    rate: float = 4_000
    kill_messages: int = 32_000
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it.

    Attributes:
        tries: Telegraf with each of the settings.
        best: The settings that were fastest.
        agreement: Of what both store.
        speeds: Snowgrid, Snowgrid that only stores, Telegraf.
        losses: Snowgrid, Telegraf.
    """

    tries: Sequence[Speed]
    best: Tuning
    agreement: Agreement
    speeds: tuple[Speed, Speed, Speed]
    losses: tuple[Loss, Loss]


def measure(folder: Path, contest: Contest) -> Outcome:
    """Find Telegraf's best settings, and compare."""
    with servers(folder, "in memory", broker_log=BROKER_LOG) as (broker, store):
        course = Course(
            folder=folder / "contestants",
            broker=broker,
            store=store,
            messages=contest.try_messages,
            seed=contest.seed,
        )
        tries = [
            speed.run(course, telegraf(tuning), f"try-{number}")
            for number, tuning in enumerate(TUNINGS)
        ]
        best = TUNINGS[tries.index(max(tries, key=lambda each: each.readings_per_s))]
        storing = snowgrid("Snowgrid, storing only", STORING_ONLY)
        speeds = _rounds(
            replace(course, messages=contest.messages),
            (snowgrid(), storing, telegraf(best)),
            contest.rounds,
        )
        steady = replace(course, messages=contest.kill_messages)
        ours = loss.run(steady, snowgrid(), "kill-snowgrid", contest.rate)
        theirs = loss.run(steady, telegraf(best), "kill-telegraf", contest.rate)
    agreement = same_points.compare(
        folder / "same", (storing, telegraf(best)), SAME_MESSAGES, contest.seed
    )
    return Outcome(
        tries=tries, best=best, agreement=agreement, speeds=speeds, losses=(ours, theirs)
    )


def _rounds(
    course: Course, entrants: tuple[Entrant, Entrant, Entrant], rounds: int
) -> tuple[Speed, Speed, Speed]:
    """Let all run in turn, and return the medians of each."""
    runs = [
        [
            speed.run(course, entrant, f"run-{number}-{turn}")
            for turn, entrant in enumerate(entrants)
        ]
        for number in range(rounds)
    ]
    first, second, third = (_median(each) for each in zip(*runs, strict=True))
    return first, second, third


def _median(runs: Sequence[Speed]) -> Speed:
    return Speed(
        name=runs[0].name,
        readings_per_s=statistics.median(run.readings_per_s for run in runs),
        cpu_us=statistics.median(run.cpu_us for run in runs),
        resident_mib=max(run.resident_mib for run in runs),
        missing=sum(run.missing for run in runs),
    )


def figures_of(outcome: Outcome) -> Figures:
    """Return an outcome as figures."""
    figures: Figures = {}
    for name, result in zip(("snowgrid", "storing", "telegraf"), outcome.speeds, strict=True):
        figures |= {
            f"{name}_per_s": round(result.readings_per_s),
            f"{name}_cpu_us": round(result.cpu_us, 1),
            f"{name}_mib": round(result.resident_mib),
        }
    ours, theirs = outcome.losses
    return figures | {
        "snowgrid_missing": ours.missing,
        "telegraf_missing": theirs.missing,
        "differing": outcome.agreement.differing,
    }


def main() -> None:
    """Parse the arguments, measure, print; exit code 1 if they did not store the same."""
    parser = arguments(__doc__)
    parser.add_argument("--messages", type=int, default=150_000, help="a round (150000)")
    parser.add_argument("--rounds", type=int, default=2, help="rounds; medians are shown (2)")
    parser.add_argument("--seed", type=int, default=1, help="of the devices (1)")
    asked = parser.parse_args()
    contest = Contest(messages=asked.messages, rounds=asked.rounds, seed=asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        outcome = measure(Path(folder), contest)
    for each in outcome.tries:
        print(f"  {each.name}: {each.readings_per_s:,.0f}/s, {each.cpu_us:.1f} us", file=sys.stderr)
    figures = figures_of(outcome)
    show(figures, NOTES, as_json=asked.json)
    sys.exit(1 if figures["differing"] else 0)


if __name__ == "__main__":
    main()
