"""The words in which a scenario says what must come of it: `expect` knows these and no others."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from snowgrid.scenarios.quantities import Unit

Form: TypeAlias = Literal["bound", "reasons", "file"]
"""How an expectation is written: a bound, bounds by reason, or the name of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that can be expected.

    Attributes:
        name: The word.
        meaning: What it counts.
        unit: Of the number.
        form: How an expectation of it is written.
        speed: Whether it is a matter of the machine as much as of the software.
        grows: Whether there is more of it the larger the scenario is scaled.
    """

    name: str
    meaning: str
    unit: Unit = Unit.COUNT
    form: Form = "bound"
    speed: bool = False
    grows: bool = False


WAYS = {
    "puback": "until the broker acknowledged it",
    "durable": "until the service had it on disk",
    "stored": "until the database confirmed it",
}

_LATENCIES = [
    Subject(
        name=f"p{str(percent).replace('.', '')}_{way}",
        meaning=f"From when a message was due {end}: {percent:g} % took no longer.",
        unit=Unit.SECONDS,
        speed=True,
    )
    for way, end in WAYS.items()
    for percent in (50, 99)
]

_ALL = [
    Subject(
        name="problems",
        meaning="What the report of the load complains about; each fault that was sent is "
        "accounted for in it.",
    ),
    Subject(name="lost", meaning="Readings that were acknowledged and are not in the store."),
    Subject(name="doubled", meaning="Readings that are in the store once more than they should."),
    Subject(name="altered", meaning="Readings of which the store holds another value."),
    Subject(name="unexpected", meaning="Readings in the store that nobody sent."),
    Subject(
        name="rejected",
        meaning="Readings set aside as dead letters. A number for all, or a mapping by reason, in "
        "which reasons that are not named must be 0; a share is one of all readings sent.",
        form="reasons",
    ),
    Subject(
        name="alerts",
        meaning="All alerts, when, where and in which words, apart from measured values in these: "
        "the name of a file beside the scenario, which a person has found right.",
        form="file",
    ),
    Subject(
        name="kept_up",
        meaning="Messages acknowledged in time, of those that were due.",
        unit=Unit.SHARE,
        speed=True,
    ),
    Subject(
        name="points_per_s",
        meaning="Values of fields that were acknowledged, in a second.",
        speed=True,
        grows=True,
    ),
    *_LATENCIES,
    Subject(
        name="connected",
        meaning="How long it took until all connections were open.",
        unit=Unit.SECONDS,
        speed=True,
    ),
    Subject(
        name="connections", meaning="Connections that the broker accepted at first.", grows=True
    ),
    Subject(name="reconnects", meaning="Connections that broke and were opened again.", grows=True),
    Subject(
        name="spooled_most",
        meaning="Readings that waited for the store at once, at most.",
        grows=True,
    ),
    Subject(name="spooled_at_end", meaning="Readings that wait for the store in the end."),
    Subject(name="memory_most", meaning="Memory that the service held, at most.", unit=Unit.BYTES),
    Subject(
        name="memory_growth",
        meaning="Memory of the service in the last quarter, above that in the second.",
        unit=Unit.SHARE,
    ),
    Subject(
        name="files_growth",
        meaning="Files and connections that the service has open in the last quarter, more than "
        "in the second.",
    ),
    Subject(
        name="latency_growth",
        meaning="Like memory_growth, of p99_stored; what differs by less than 100 ms is equal.",
        unit=Unit.SHARE,
        speed=True,
    ),
]

SUBJECTS = {subject.name: subject for subject in _ALL}
"""All of them, by name."""
