"""A dead letter as a line of JSON.

All that came over the network is escaped to ASCII, so that a file looked at with `cat` cannot
play tricks on a terminal, and a topic that is no proper Unicode is kept like any other. Each
line is of a format of its own: one that says no `version` is of the first.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from ingest.core.rejection import REASONS, DeadLetter

VERSION = 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True).encode


class NewerLine(ValueError):
    """A later version of this program wrote the line."""


def iso(ms: int) -> str:
    """Return Unix milliseconds as `2026-11-22T06:30:00.000Z`."""
    moment = EPOCH + ms * MILLISECOND
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def to_line(letter: DeadLetter) -> bytes:
    """Return the letter as one line, its end included."""
    fields = {
        "arrived": iso(letter.arrived_ms),
        "topic": letter.topic,
        "reason": letter.reason,
        "place": letter.place,
        "message": letter.message,
        "size_bytes": letter.size_bytes,
        "payload": b64encode(letter.payload).decode("ascii"),
    }
    return f"{_encode(fields)}\n".encode("ascii")


def from_line(line: bytes) -> DeadLetter:
    """Return the letter that `to_line` wrote.

    Raises:
        NewerLine: The line is of a later format.
        ValueError: The line is not one of these.
    """
    try:
        fields = json.loads(line)
        if (version := _number(fields, "version", 1)) > VERSION:
            raise NewerLine(f"format {version}, this program knows {VERSION}")
        if fields["reason"] not in REASONS:
            raise ValueError(f"unknown reason {fields['reason']!r}")
        return DeadLetter(
            arrived_ms=(_moment(fields) - EPOCH) // MILLISECOND,
            topic=_text(fields, "topic"),
            reason=fields["reason"],
            place=_text(fields, "place"),
            message=_text(fields, "message"),
            payload=b64decode(_text(fields, "payload"), validate=True),
            size_bytes=_number(fields, "size_bytes"),
        )
    except (AttributeError, KeyError, OverflowError, TypeError, RecursionError) as error:
        raise ValueError(f"not a dead letter: {error}") from error


def _text(fields: Mapping[str, object], name: str) -> str:
    if not isinstance(text := fields[name], str):
        raise TypeError(f"{name} is no text")
    return text


def _number(fields: Mapping[str, object], name: str, absent: int = -1) -> int:
    if not isinstance(number := fields.get(name, absent), int) or number < 0:
        raise TypeError(f"{name} is no number, or less than 0")
    return number


def _moment(fields: Mapping[str, object]) -> datetime:
    moment = datetime.fromisoformat(_text(fields, "arrived"))
    if moment.tzinfo is None:
        raise TypeError("arrived is in no time zone")
    return moment.astimezone(UTC)
