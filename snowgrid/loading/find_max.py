"""Searches the highest rate that is still good: doubled until it is not, then halved in between."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from devices.load.histogram import Histogram
from snowgrid.loading.result import RunReport

CLOSE = 1.1  # good and bad rates nearer to each other than this are near enough
MOST_TRIALS = 14


class Trial(NamedTuple):
    """One rate that was tried.

    Attributes:
        rate_per_s: Messages a second.
        p99_s: From due to acknowledged.
        report: All about it.
        complaint: Why the rate is too high; empty if it is not.
    """

    rate_per_s: float
    p99_s: float
    report: RunReport
    complaint: str


class Search(NamedTuple):
    """What was found.

    Attributes:
        best: The highest rate that was good; None if none was.
        limit: The lowest rate that was not; None if none was too high.
        trials: All of them, in order.
    """

    best: Trial | None
    limit: Trial | None
    trials: list[Trial]


Run = Callable[[float], Awaitable[RunReport]]


async def find_max(
    run: Run, first_per_s: float, p99_bound_s: float, told: Callable[[Trial], None]
) -> Search:
    """Search.

    Args:
        run: Runs a load at a rate, the verdict with it.
        first_per_s: Where to begin.
        p99_bound_s: The longest that 99 % of all acknowledgements may take.
        told: Is told of every trial.
    """
    best: Trial | None = None
    limit: Trial | None = None
    trials: list[Trial] = []
    rate_per_s = first_per_s
    while len(trials) < MOST_TRIALS:
        trial = judged(await run(rate_per_s), rate_per_s, p99_bound_s)
        trials.append(trial)
        told(trial)
        if trial.report.load.stopped:
            break
        if trial.complaint:
            limit = trial
        else:
            best = trial
        if best and limit and limit.rate_per_s / best.rate_per_s < CLOSE:
            break
        rate_per_s = next_rate(best, limit)
        if rate_per_s < 1:
            break
    return Search(best, limit, trials)


def next_rate(best: Trial | None, limit: Trial | None) -> float:
    """Return the rate to try next: in the middle of the two, on the scale of ratios."""
    if best and limit:
        return float((best.rate_per_s * limit.rate_per_s) ** 0.5)
    if best:
        return best.rate_per_s * 2
    return limit.rate_per_s / 2 if limit else 0.0


def judged(report: RunReport, rate_per_s: float, p99_bound_s: float) -> Trial:
    """Say whether a rate is good."""
    p99_s = Histogram.of(report.load.latency).percentile_s(99)
    complaint = report.problems[0] if report.problems else ""
    if not complaint and p99_s > p99_bound_s:
        complaint = f"p99 {p99_s * 1e3:,.0f} ms, above {p99_bound_s * 1e3:,.0f} ms"
    return Trial(rate_per_s, p99_s, report, complaint)
