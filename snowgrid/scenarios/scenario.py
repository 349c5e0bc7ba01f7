"""What a scenario is, once read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from devices.fleets.fleet import Fleet
from snowgrid.loading.order import LoadOrder
from snowgrid.scenarios.expectation import Expectation


class Servers(StrEnum):
    """What is started where nothing is given."""

    EMBEDDED = "embedded"  # the broker and the DuckDB that come along
    NATIVE = "native"  # mosquitto and a database, as a deployment has them


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with the database for a while.

    Attributes:
        from_share: When it begins, in parts of the run, warm-up included, 0 … 1.
        to_share: When it ends.
        delay_s: Every answer comes so much later.
        answer: HTTP status of every answer; 0 for those of the database.
        hang: No answer comes at all.
    """

    from_share: float
    to_share: float
    delay_s: float = 0.0
    answer: int = 0
    hang: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A stretch of time of a fleet that is played faster than it passes.

    Attributes:
        fleet: What is played.
        start: Aware simulated time at the beginning.
        length_s: How much simulated time is judged.
        duration_s: In how much real time.
        seed: Of weather and devices.
    """

    fleet: Fleet
    start: datetime
    length_s: float
    duration_s: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A load or a simulation, where it goes by itself, and what must come of it.

    Attributes:
        name: The stem of its file.
        path: The file.
        title: What it shows, in a sentence.
        publishes: What is sent.
        servers: What is started for it where nothing is given.
        settings: Of the service that is started, by dotted key.
        troubles: Of the database that is started.
        expect: What must come of it, in the order of the file.
    """

    name: str
    path: Path
    title: str
    publishes: LoadOrder | Simulation
    servers: Servers
    settings: Mapping[str, object]
    troubles: tuple[Trouble, ...]
    expect: tuple[Expectation, ...]
