"""What may stand in a scenario file.

The description of each key says what is expected there; complaints and the documentation quote it.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from devices.load.schedule import Profile
from ingest.rules.entries import A_DURATION, Duration, Entry
from snowgrid.scenarios.quantities import Unit, quantity
from snowgrid.scenarios.scenario import Servers


def _share(value: object) -> float:
    return quantity(value, Unit.SHARE)


Share: TypeAlias = Annotated[float, BeforeValidator(_share), Field(ge=0, le=1)]
PROFILES = ", ".join(Profile)
A_SHARE = 'a share of the run such as "25%"'


class LoadEntry(Entry):
    """`load`: devices that send by the clock, as in `snowgrid load`."""

    kind: str | None = Field(default=None, description="a device kind; `snowgrid kinds` lists them")
    devices: int | None = Field(default=None, ge=1, description="how many of the kind")
    fleet: str | None = Field(
        default=None, description="the name or file of a fleet, in place of kind and devices"
    )
    rate: float = Field(gt=0, strict=False, description="messages a second, a number above 0")
    duration: Duration = Field(gt=0, description=f"{A_DURATION}; how long is measured")
    warmup: Duration = Field(default=2.0, description=f"{A_DURATION}; published before that")
    profile: Annotated[Profile, Field(strict=False)] = Field(
        default=Profile.CONSTANT, description=f"one of {PROFILES}; how the rate changes"
    )
    qos: Literal[0, 1] = Field(default=1, description="0 or 1")
    batch: int = Field(default=1, ge=1, description="how many readings a message holds")
    span: Duration | None = Field(
        default=None,
        gt=0,
        description=f"{A_DURATION}; what the readings of a message cover, where every device "
        "uploads once",
    )
    connections: int = Field(default=10, ge=1, description="how many connections to the broker")
    connect_rate: float = Field(
        default=500.0, gt=0, strict=False, description="how many of them are opened in a second"
    )
    processes: int = Field(default=1, ge=1, description="how many processes publish")
    drain: Duration = Field(
        default=10.0, description=f"{A_DURATION}; the longest wait for the last acknowledgements"
    )
    seed: int = Field(default=0, ge=0, description="a whole number, of weather and devices")
    faults: object = Field(
        default=None,
        description="faults with their rates, such as {garbage: 10%}; `snowgrid load --faults`",
    )


class SimulateEntry(Entry):
    """`simulate`: a fleet whose time passes faster, as in `snowgrid simulate`."""

    fleet: str = Field(description="the name of a fleet, or a file beside the scenario")
    start: str = Field(description="a time with its zone, such as 2025-11-06T09:30+08:00")
    length: Duration = Field(gt=0, description=f"{A_DURATION}; how much simulated time")
    duration: Duration = Field(gt=0, description=f"{A_DURATION}; in how much real time")
    seed: int = Field(default=0, ge=0, description="a whole number, of weather and devices")


class TroubleEntry(Entry):
    """An item of `store`: what is wrong with the database for a while."""

    from_: Share = Field(alias="from", description=A_SHARE)
    to: Share = Field(description=f"{A_SHARE}, later than `from`")
    delay: Duration = Field(
        default=0.0, description=f"{A_DURATION}; every answer comes so much later"
    )
    answer: int = Field(
        default=0, ge=400, le=599, description="an HTTP status, 400 … 599, of every answer"
    )
    hang: bool = Field(default=False, description="true; no answer comes at all")


class ScenarioEntry(Entry):
    """A whole file."""

    title: str = Field(min_length=1, description="a sentence; what the scenario shows")
    load: LoadEntry | None = Field(default=None, description="a mapping; what is sent by the clock")
    simulate: SimulateEntry | None = Field(
        default=None, description="a mapping; in place of load, a fleet that is played"
    )
    servers: Annotated[Servers, Field(strict=False)] = Field(
        default=Servers.EMBEDDED,
        description="embedded or native; what is started where no --broker is given",
    )
    settings: dict[str, str | int | float | bool] = Field(
        default_factory=dict, description="a mapping; settings of the service, by dotted key"
    )
    store: list[TroubleEntry] = Field(
        default_factory=list, description="a list; what is wrong with the database, and when"
    )
    expect: dict[str, object] = Field(
        min_length=1, description="a mapping; what must come of it, by the words of `expect`"
    )
