"""Every fault there is: what it does, how often, and with which parameters.

A fault hits messages, devices or connections. `share` is a part of all messages or devices;
`per_minute` counts events. Durations are in seconds; people write them as `2h` (`parse.py`).

A message shows one fault at the most, and a device that has a fault of its own shows no other, so
that it is known of each what must become of it.
"""

from typing import ClassVar, TypeAlias, get_args

import msgspec

MINUTE_S = 60.0
HOUR_S = 3_600.0
YEAR_S = 366 * 24 * HOUR_S


class Fault(msgspec.Struct, frozen=True, kw_only=True, tag_field="fault"):
    """Base of all faults; the first line of each docstring says what it is.

    Attributes:
        rate_key: Name of the attribute that says how often.
        hits: What is hit.
        bounds: Lowest and highest value of each parameter, inclusive.
    """

    rate_key: ClassVar[str] = "share"
    hits: ClassVar[str] = ""
    bounds: ClassVar[dict[str, tuple[float, float]]] = {}

    @classmethod
    def name(cls) -> str:
        """Return what people call it: `out-of-order`."""
        return str(cls.__struct_config__.tag)

    @classmethod
    def parameters(cls) -> dict[str, float]:
        """Return the parameters beside the rate, with their defaults, the main one first."""
        own = [field for field in msgspec.structs.fields(cls) if field.name != cls.rate_key]
        return {field.name: field.default for field in own}

    @classmethod
    def summary(cls) -> str:
        """Return in a sentence what it is."""
        return (cls.__doc__ or "").partition("\n")[0]

    @property
    def rate(self) -> float:
        """How often: a share, or times a minute."""
        return float(getattr(self, self.rate_key))


class OfMessages(Fault, frozen=True, kw_only=True):
    """Base of those that hit messages.

    Attributes:
        share: Of all messages, 0 … 1.
    """

    hits: ClassVar[str] = "messages"
    share: float


class OfDevices(Fault, frozen=True, kw_only=True):
    """Base of those that a device has for good.

    Attributes:
        share: Of all devices, 0 … 1.
    """

    hits: ClassVar[str] = "devices"
    share: float


class OfConnections(Fault, frozen=True, kw_only=True):
    """Base of those that hit all connections at once.

    Attributes:
        per_minute: How often that happens; for the first time after half an interval.
    """

    rate_key: ClassVar[str] = "per_minute"
    hits: ClassVar[str] = "connections"
    per_minute: float


# How messages are delivered


class Duplicate(OfMessages, frozen=True, kw_only=True, tag="duplicate"):
    """The message is published twice, as after an acknowledgement that got lost."""


class OutOfOrder(OfMessages, frozen=True, kw_only=True, tag="out-of-order"):
    """The message is held up, and comes after later ones of its device.

    Attributes:
        behind: How many messages of the device overtake it.
    """

    bounds: ClassVar[dict[str, tuple[float, float]]] = {"behind": (1, 100)}
    behind: int = 1


class Late(OfMessages, frozen=True, kw_only=True, tag="late"):
    """The readings were measured long ago: a gateway uploads its backlog.

    Attributes:
        by_s: How long ago.
    """

    bounds: ClassVar[dict[str, tuple[float, float]]] = {"by_s": (1, YEAR_S)}
    by_s: float = 2 * HOUR_S


class Gap(OfMessages, frozen=True, kw_only=True, tag="gap"):
    """The message is lost on the way to the broker; the device has counted its readings."""


class Retained(OfMessages, frozen=True, kw_only=True, tag="retained"):
    """The message is published with the retain flag, so that the broker keeps it as old state."""


class WrongSite(OfMessages, frozen=True, kw_only=True, tag="wrong-site"):
    """The message is published under the name of another site."""


class BadTopic(OfMessages, frozen=True, kw_only=True, tag="bad-topic"):
    """The device's name in the topic has a letter that it may not have."""


class UnknownKind(OfMessages, frozen=True, kw_only=True, tag="unknown-kind"):
    """The topic names a kind of device that there is not."""


# What messages say


class Garbage(OfMessages, frozen=True, kw_only=True, tag="garbage"):
    """The payload is bytes without meaning."""


class Truncated(OfMessages, frozen=True, kw_only=True, tag="truncated"):
    """The payload ends somewhere in the middle."""


class WrongType(OfMessages, frozen=True, kw_only=True, tag="wrong-type"):
    """A number of the last reading is sent as a string."""


class UnknownField(OfMessages, frozen=True, kw_only=True, tag="unknown-field"):
    """Every reading has a field that its kind does not know, as after a firmware update."""


class Oversized(OfMessages, frozen=True, kw_only=True, tag="oversized"):
    """The payload is much too large.

    Attributes:
        payload_bytes: How large, if it is not larger anyhow.
    """

    bounds: ClassVar[dict[str, tuple[float, float]]] = {"payload_bytes": (1_000, 4_000_000)}
    payload_bytes: int = 100_000


class Spike(OfMessages, frozen=True, kw_only=True, tag="spike"):
    """A measured value of the last reading is far off for once.

    Attributes:
        spans: How far, in widths of the field's typical range, up or down.
    """

    bounds: ClassVar[dict[str, tuple[float, float]]] = {"spans": (0.1, 1_000_000)}
    spans: float = 5.0


# What devices are like


class ClockSkew(OfDevices, frozen=True, kw_only=True, tag="clock-skew"):
    """The device's clock is wrong by a fixed time, fast or slow.

    Attributes:
        by_s: By how much.
    """

    bounds: ClassVar[dict[str, tuple[float, float]]] = {"by_s": (0.001, YEAR_S)}
    by_s: float = 2 * MINUTE_S


class ClockDrift(OfDevices, frozen=True, kw_only=True, tag="clock-drift"):
    """The device's clock goes too fast or too slow, and is right at the beginning.

    Attributes:
        per_hour_s: What it gains or loses in an hour.
    """

    bounds: ClassVar[dict[str, tuple[float, float]]] = {"per_hour_s": (0.001, HOUR_S / 2)}
    per_hour_s: float = MINUTE_S


class Stuck(OfDevices, frozen=True, kw_only=True, tag="stuck"):
    """A sensor of the device shows for ever what it showed at the beginning."""


class UnitError(OfDevices, frozen=True, kw_only=True, tag="unit-error"):
    """The device reports a field in another unit: W for kW, °F for °C.

    Attributes:
        factor: What fields that are no temperature are multiplied by.
    """

    bounds: ClassVar[dict[str, tuple[float, float]]] = {"factor": (1e-9, 1e9)}
    factor: float = 1_000.0


class Silent(OfDevices, frozen=True, kw_only=True, tag="silent"):
    """The device falls silent, and says nothing any more.

    Attributes:
        after_s: When, from the beginning.
    """

    bounds: ClassVar[dict[str, tuple[float, float]]] = {"after_s": (0, YEAR_S)}
    after_s: float = 5.0


# What connections do


class ReconnectStorm(OfConnections, frozen=True, kw_only=True, tag="reconnect-storm"):
    """All connections break at the same moment and are opened again."""


AnyFault: TypeAlias = (
    Duplicate
    | OutOfOrder
    | Late
    | Gap
    | Retained
    | WrongSite
    | BadTopic
    | UnknownKind
    | Garbage
    | Truncated
    | WrongType
    | UnknownField
    | Oversized
    | Spike
    | ClockSkew
    | ClockDrift
    | Stuck
    | UnitError
    | Silent
    | ReconnectStorm
)

CATALOG: dict[str, type[AnyFault]] = {fault.name(): fault for fault in get_args(AnyFault)}
"""All faults by name."""

DISPLACING = (Late, ClockSkew, ClockDrift)
"""Those after which readings have other times than when they are sent."""
