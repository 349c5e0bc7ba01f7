"""The end of a run: evidence is gathered, judged and reported."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ingest.dead_letters.reader import read
from tests.torture.damage import Flip
from tests.torture.judge import Evidence, Verdict, judge
from tests.torture.lab import Lab
from tests.torture.schedule import PARTS


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of a run.

    Attributes:
        seed: Draws the same troubles again.
        duration_s: How long they came.
        verdict: What is there, and what is not.
        survived: How often each trouble came.
        untried: Parts that could not be befallen on this machine.
        answers: Write calls to the database by the status they were answered with; 0 for none.
        failed_starts: How often the service ended right after a start, and was started again.
    """

    seed: int
    duration_s: float
    verdict: Verdict
    survived: dict[str, int] = field(default_factory=dict)
    untried: list[str] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    failed_starts: int = 0

    def as_json(self) -> str:
        """Return everything as one object."""
        return json.dumps(asdict(self), indent=2)


def reckon(lab: Lab, *, seed: int, duration_s: float, problems: Sequence[str]) -> Report:
    """Judge a run that has come to rest.

    Args:
        lab: Everything of it.
        seed: It was drawn from.
        duration_s: How long troubles came.
        problems: What was wrong with how it came to rest, in words.
    """
    verdict = judge(evidence_of(lab))
    verdict.violations[:0] = [*lab.service.faults, *problems, *confessed(lab)]
    answers = Counter(write.status for write in lab.facade.writes)
    return Report(
        seed=seed,
        duration_s=duration_s,
        verdict=verdict,
        survived=dict(sorted(lab.survived.items())),
        untried=[part for part in PARTS if part not in lab.parts],
        answers=dict(sorted(answers.items())),
        failed_starts=lab.service.failed_starts,
    )


def books(metrics: Mapping[str, float]) -> list[str]:
    """Return what does not add up in the metrics of a service at rest."""
    wrong = [
        f"{name} is {metrics[name]:g}"
        for name in ("snowgrid_messages_balance", "snowgrid_readings_balance")
        if metrics[name]
    ]
    taken = metrics["snowgrid_readings_committed_total"]
    taken += metrics["snowgrid_spool_inherited_readings"]
    fates = ("stored", "refused", "lost")
    ended = sum(metrics[f"snowgrid_store_readings_{fate}_total"] for fate in fates)
    if taken != ended:
        wrong.append(f"{taken:g} readings were committed or inherited, {ended:g} accounted for")
    return wrong


def evidence_of(lab: Lab) -> Evidence:
    """Gather what is known; the database must run, the service must not."""
    told = [event["event"] for event in _events(lab) if event.get("level") in {"error", "warning"}]

    def told_of(flip: Flip) -> bool:
        return any(flip.segment.name in event for event in told)

    return Evidence(
        readings=lab.readings,
        sent=lab.publisher.sent,
        promised_at=lab.publisher.promised_at,
        acknowledged=lab.tap.has,
        rows=lab.rows(),
        letters=read(lab.letters),
        broker_killed_at=lab.broker_killed_at,
        flips=lab.flips,
        told_of=told_of,
        clock_was_back=lab.clock.was_back,
    )


def confessed(lab: Lab) -> list[str]:
    """Return what the service itself says is wrong with it."""
    found = [
        f"the service says: {event['event']}"
        for event in _events(lab)
        if "does not balance" in event["event"] or event.get("balanced") is False
    ]
    if "Traceback (most recent call last)" in lab.service.log:
        found.append("there is a traceback in the service's log")
    return found


def _events(lab: Lab) -> list[dict[str, Any]]:
    events = []
    for line in lab.service.log.splitlines():
        try:
            events.append(json.loads(line))
        except ValueError:  # torn by a kill
            continue
    return events
