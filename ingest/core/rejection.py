"""Why a reading is set aside, out of a small fixed set that is also a metric label."""

from dataclasses import dataclass
from typing import Literal, get_args

Reason = Literal[
    "topic",  # not telemetry/{site}/{kind}/{device}, or a level with characters it may not have
    "kind",  # no such device kind
    "registry",  # a new device, and as many as may be known are known already
    "size",  # payload or array too large
    "json",  # not JSON, not UTF-8, or nested too deep
    "schema",  # JSON, but not a reading of this kind
    "range",  # a number no working sensor can give
    "future",  # timestamp too far ahead
    "stale",  # timestamp older than raw data is kept
    "refused",  # valid, but the database would not take it
]
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A rejected message, or a rejected element of an array, with everything needed to mend it.

    Attributes:
        arrived_ms: When it was taken from the broker, Unix milliseconds.
        topic: As received.
        reason: Out of `REASONS`.
        place: Where in the payload, as a JSON path (`$.voltage_l1_v`, `$[3].ts`); empty where
            the message as a whole is at fault.
        message: What is wrong there, for a person.
        payload: The raw bytes, of the element alone if the message was an array; cut off at
            `max_payload_bytes` when reason is `size`.
        size_bytes: Length of the payload before it was cut off.
    """

    arrived_ms: int
    topic: str
    reason: Reason
    place: str
    message: str
    payload: bytes
    size_bytes: int
