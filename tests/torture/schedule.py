"""What goes wrong when, drawn from a seed."""

import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

Part = Literal["service", "broker", "link", "store", "disk", "clock"]
PARTS: tuple[Part, ...] = get_args(Part)


class Span(NamedTuple):
    """Seconds, from the least to the most."""

    least_s: float
    most_s: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that goes wrong.

    Attributes:
        at_s: When, from the beginning of the run.
        part: What it befalls; one part has one trouble at a time, different parts overlap.
        name: What it is.
        for_s: How long it lasts, where it lasts.
    """

    at_s: float
    part: Part
    name: str
    for_s: float


MOMENT = Span(0.0, 2.0)
A_WHILE = Span(1.0, 6.0)
BEYOND_KEEP_ALIVE = Span(4.0, 7.0)  # the torture's keep-alive is 2 s, and a broker waits for 3

TROUBLES: dict[Part, dict[str, Span]] = {
    "service": {
        "killed": MOMENT,
        "killed in a batch": MOMENT,
        "killed in an fsync": MOMENT,
        "killed while it ships": MOMENT,
        "killed while it replays": A_WHILE,
        "stopped in order": MOMENT,
        "frozen beyond the keep-alive": BEYOND_KEEP_ALIVE,
        "killed, its last records torn": MOMENT,
        "killed, a bit flipped in its spool": A_WHILE,
    },
    "broker": {"restarted": MOMENT, "killed": MOMENT},
    "link": {
        "slow": A_WHILE,
        "publishes held back": BEYOND_KEEP_ALIVE,
        "acknowledgements held back": BEYOND_KEEP_ALIVE,
        "half open": MOMENT,
        "reset": MOMENT,
        "cut inside a publish": MOMENT,
        "cut inside an acknowledgement": MOMENT,
    },
    "store": {
        "stopped": A_WHILE,
        "killed": A_WHILE,
        "slow": A_WHILE,
        "hanging": A_WHILE,
        "hanging up inside an answer": MOMENT,
        "hanging up after a write": MOMENT,
        "answering 400": MOMENT,
        "answering 401": A_WHILE,
        "answering 404": A_WHILE,
        "answering 413": A_WHILE,
        "answering 422": MOMENT,
        "answering 429": A_WHILE,
        "answering 500": A_WHILE,
        "answering 503": A_WHILE,
    },
    "disk": {"full": A_WHILE},
    "clock": {"an hour ahead": A_WHILE, "an hour behind": A_WHILE},
}
QUIET: dict[Part, Span] = {
    "service": Span(0.5, 8.0),
    "broker": Span(4.0, 20.0),
    "link": Span(1.0, 10.0),
    "store": Span(0.5, 6.0),
    "disk": Span(5.0, 30.0),
    "clock": Span(5.0, 25.0),
}
"""How long a part is left alone after one trouble and before the next."""


def draw(
    seed: int, duration_s: float, parts: Collection[Part] = PARTS, *, pace: float = 1.0
) -> list[Trouble]:
    """Draw a schedule, in order of time; the same for the same arguments.

    Every sort of trouble of a part comes before any comes twice, and what one part meets does
    not depend on which other parts there are.

    Args:
        seed: Of all chance.
        duration_s: No trouble begins later.
        parts: What may be befallen.
        pace: Quiet and troubles are so many times as long; below 1 for a short run.
    """
    troubles = [
        trouble
        for part in PARTS
        if part in parts
        for trouble in _track(part, random.Random(f"{seed} {part}"), duration_s, pace)  # noqa: S311
    ]
    return sorted(troubles, key=lambda trouble: trouble.at_s)


def _track(part: Part, rng: random.Random, duration_s: float, pace: float) -> Iterator[Trouble]:
    at_s = 0.0
    deck: list[str] = []
    while True:
        deck = deck or rng.sample(list(TROUBLES[part]), len(TROUBLES[part]))
        name = deck.pop()
        at_s += rng.uniform(*QUIET[part]) * pace
        if at_s > duration_s:
            return
        span = TROUBLES[part][name]
        # A freeze shorter than the keep-alive is none, so those are not hurried.
        for_s = rng.uniform(*span) * (1.0 if span is BEYOND_KEEP_ALIVE else pace)
        yield Trouble(at_s, part, name, for_s)
        at_s += for_s
