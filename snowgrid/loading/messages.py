"""What the command and its publishers' processes say to each other, a line of JSON each."""

import msgspec

from devices.load.publisher import Progress
from devices.load.report import LoadReport
from snowgrid.loading.order import BrokerOrder, LoadOrder


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """The first line to a publisher.

    Attributes:
        order: The load.
        broker: Where it goes.
        process: Which of the processes this is, from 0.
        outcomes: File to keep the outcome of every message in.
    """

    order: LoadOrder
    broker: BrokerOrder
    process: int
    outcomes: str


class Go(msgspec.Struct, frozen=True, kw_only=True):
    """The second line to it, once it is ready; any line after it, or none any more, means stop.

    Attributes:
        start_ms: When the first message is due, Unix milliseconds.
        begin_s: The same moment by the monotonic clock.
    """

    start_ms: int
    begin_s: float


class Connected(msgspec.Struct, frozen=True, tag="connected"):
    """A publisher is ready."""


class Underway(msgspec.Struct, frozen=True, tag="underway"):
    """A publisher tells how far it has come."""

    progress: Progress


class Done(msgspec.Struct, frozen=True, tag="done"):
    """A publisher is done."""

    report: LoadReport


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A publisher could not do it; the message is for a person."""

    message: str


Said = Connected | Underway | Done | Failed
