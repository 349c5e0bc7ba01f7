"""The chapter about Telegraf."""

from collections.abc import Callable, Iterator

from bench.book.findings import Findings, Row
from bench.book.scale import Scale
from bench.telegraf import agent
from bench.telegraf.contest import Contest, Outcome, measure
from bench.telegraf.speed import Speed

RIVAL = "Telegraf"
QUICK = Contest(try_messages=3_000, messages=5_000, rounds=1, rate=1_000, kill_messages=4_000)


class NoRival(Exception):
    """There is no Telegraf here; the message says how to get one."""


def of_telegraf(scale: Scale) -> Findings:
    """Snowgrid and Telegraf side by side.

    Raises:
        NoRival: Telegraf is not installed.
    """
    if agent.installed() is None:
        raise NoRival(agent.HOW_TO_GET)
    contest = scale.choose(Contest(seed=scale.seed), QUICK)
    outcome = measure(scale.folder, contest)
    rows = [
        *_rows("as fast as it comes", "readings/s", outcome, lambda it: it.readings_per_s),
        *_rows("a processor second", "readings", outcome, lambda it: 1e6 / it.cpu_us),
        *_rows("memory at the most", "MiB", outcome, lambda it: it.resident_mib),
        *(
            Row(f"missing after a kill -9, of {loss.published:,} readings: {who}", loss.missing, "")
            for who, loss in zip(("Snowgrid", RIVAL), outcome.losses, strict=True)
        ),
    ]
    tried = "; ".join(
        f"{each.name.removeprefix('Telegraf, ')}: {each.readings_per_s:,.0f} readings/s, "
        f"{each.cpu_us:.0f} µs"
        for each in outcome.tries
    )
    same = outcome.agreement
    agreeing = f"{same.points - same.differing:,} of {same.points:,} points"
    return Findings(
        rows,
        remarks=[
            f"Tried for Telegraf: {tried}. It entered with {outcome.best}.",
            f"All fields of the kind sent to both: {agreeing} in an InfluxDB are the same.",
        ],
    )


def _rows(
    what: str, unit: str, outcome: Outcome, figure: Callable[[Speed], float]
) -> Iterator[Row]:
    """Yield one figure of all contestants, the rival last."""
    *ours, theirs = outcome.speeds
    for speed in ours:
        value = figure(speed)
        yield Row(f"{what}: {speed.name}", value, unit, value / figure(theirs), RIVAL)
    yield Row(f"{what}: {RIVAL}", figure(theirs), unit)
