"""What faults do to messages on the wire: to their topics and to their payloads.

All of it is a pure function of the message and the seed, so equal runs have equal bytes.
"""

from hashlib import shake_128

import msgspec

from devices.faults.catalog import (
    AnyFault,
    BadTopic,
    Garbage,
    Oversized,
    Truncated,
    UnknownField,
    UnknownKind,
    WrongSite,
    WrongType,
)

ELSEWHERE = "x-"
NO_KIND = "samovar"
NEW_FIELD = b',"firmware_version":"2.1.7"}'
FEWEST_GARBAGE_BYTES = 16
LONGEST_LEVEL = 64
NOT_ASCII = 0x80

WHOLE = (Garbage, Truncated, Oversized, BadTopic, UnknownKind)
"""Faults that make one dead letter of a message, however many readings it holds."""


def wrong_site(site: str) -> str:
    """Return the name of the site that devices of a site publish under by mistake."""
    return f"{ELSEWHERE}{site}"[:LONGEST_LEVEL]


def faulty_topic(fault: AnyFault, topic: str) -> str:
    """Return the topic that a message with a fault goes to."""
    if not isinstance(fault, WrongSite | BadTopic | UnknownKind):
        return topic
    start, site, kind, device = topic.split("/")
    match fault:
        case WrongSite():
            site = wrong_site(site)
        case BadTopic():
            device += ".1"
        case UnknownKind():
            kind = NO_KIND
    return f"{start}/{site}/{kind}/{device}"


def faulty_payload(fault: AnyFault, seed: int, topic: str, payload: bytes) -> bytes:
    """Return what a message with a fault says in place of its payload.

    Args:
        fault: Of the message.
        seed: Of the run.
        topic: Of its device.
        payload: A reading or an array of them, as `devices.encode` makes it.
    """
    match fault:
        case Garbage():
            return _garbage(_random(seed, topic, payload, 2 * FEWEST_GARBAGE_BYTES))
        case Truncated():
            number = int.from_bytes(_random(seed, topic, payload, 8))
            return payload[: 1 + number % (len(payload) - 1)]
        case WrongType():
            return _with_a_string_in_the_last(payload)
        case UnknownField():
            return _each_with_a_new_field(payload)
        case Oversized(payload_bytes=payload_bytes):
            # All else is as it should be: nothing but its size may get it rejected.
            return payload.ljust(payload_bytes)
    return payload


def _random(seed: int, topic: str, payload: bytes, size: int) -> bytes:
    return shake_128(b"%d/%b/%b" % (seed, topic.encode(), payload)).digest(size)


def _garbage(noise: bytes) -> bytes:
    # No JSON begins with such a byte.
    size = FEWEST_GARBAGE_BYTES + noise[-1] % FEWEST_GARBAGE_BYTES
    return bytes([noise[0] | NOT_ASCII]) + noise[1:size]


def _each_with_a_new_field(payload: bytes) -> bytes:
    if not payload.startswith(b"["):
        return payload[:-1] + NEW_FIELD
    elements = msgspec.json.decode(payload, type=list[msgspec.Raw])
    return b"[%b]" % b",".join(bytes(element)[:-1] + NEW_FIELD for element in elements)


def _with_a_string_in_the_last(payload: bytes) -> bytes:
    if not payload.startswith(b"["):
        return _with_a_string(payload)
    elements = msgspec.json.decode(payload, type=list[msgspec.Raw])
    elements[-1] = msgspec.Raw(_with_a_string(bytes(elements[-1])))
    return msgspec.json.encode(elements)


def _with_a_string(payload: bytes) -> bytes:
    """Send the last field of a reading as a string, or as a number where it is one."""
    reading = msgspec.json.decode(payload, type=dict[str, msgspec.Raw])
    name, value = reading.popitem()
    reading[name] = msgspec.Raw(b"0" if bytes(value).startswith(b'"') else b'"%b"' % bytes(value))
    return msgspec.json.encode(reading)
