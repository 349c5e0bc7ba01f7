"""What every message should become, in plain Python: slow, obvious, and of no use to the service.

It goes by the contract alone: `json` of the standard library, a regular expression for topics and
comparisons written out. What it says in another way than the decoder is left out of the fates: the
text of a complaint, and of several faults of one element which one is found first.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from devices.schema import Field, FieldType, Kind
from ingest.core.decode import Decoded, Message
from ingest.core.frame import Frame

LEVEL = "([a-z0-9][a-z0-9_-]{0,63})"
TOPIC = re.compile(f"telemetry/{LEVEL}/{LEVEL}/{LEVEL}")
HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")
MAX_SEQ = 2**53
MAX_INT64 = 2**63 - 1
MAX_FUTURE_MS = 300_000
MAX_AGE_MS = 30 * 86_400_000
MAX_BYTES = 65_536
MAX_ELEMENTS = 1_000

STAMPS = {"ts": (-MAX_INT64, MAX_INT64), "seq": (0, MAX_SEQ)}

Json = object
Value = float | str | bool


class Good(NamedTuple):
    """A reading: who it is of, when, and what it says; states by their word."""

    site: str
    kind: str
    device: str
    ts_ms: int
    seq: int
    values: tuple[tuple[str, Value], ...]


class Bad(NamedTuple):
    """A dead letter."""

    topic: str
    reason: str


Fate = Good | Bad


class Object(NamedTuple):
    """A JSON object with all its members; of a repeated one the last counts, if all are right."""

    members: Sequence[tuple[str, Json]]


class Unfit(Exception):
    """It is no reading; the message is the reason."""


def is_settled(payload: bytes) -> bool:
    """Tell whether the contract says what is to become of a payload.

    What an escaped half of a character means, no two parsers agree upon.
    """
    return HALF_CHARACTER.search(payload) is None


def expected(message: Message, kinds: Mapping[str, Kind], now_ms: int) -> list[Fate]:
    """Return what becomes of the readings of a message, in order; nothing of a retained one."""
    if message.retain:
        return []
    topic = TOPIC.fullmatch(message.topic)
    if topic is None:
        return [Bad(message.topic, "topic")]
    site, kind, device = topic.groups()
    if kind not in kinds:
        return [Bad(message.topic, "kind")]
    if len(message.payload) > MAX_BYTES:
        return [Bad(message.topic, "size")]
    fates: list[Fate] = []
    try:
        elements = _elements(message.payload)
    except Unfit as unfit:
        return [Bad(message.topic, str(unfit))]
    for element in elements:
        try:
            ts_ms, seq, values = _reading(element, kinds[kind], now_ms)
            fates.append(Good(site, kind, device, ts_ms, seq, values))
        except Unfit as unfit:
            fates.append(Bad(message.topic, str(unfit)))
    return fates


def happened(decoded: Decoded) -> list[Fate]:
    """Return what the decoder made of a batch, in no certain order."""
    good = [fate for frame in decoded.frames for fate in _of(frame)]
    return [*good, *(Bad(letter.topic, letter.reason) for letter in decoded.dead_letters)]


def _elements(payload: bytes) -> Sequence[Json]:
    try:
        # Bytes that are no UTF-8 spoil the element that they are in, and no other.
        text = payload.decode("utf-8", "surrogateescape")
        whole = json.loads(text, parse_constant=_no_constant, object_pairs_hook=Object)
    except (ValueError, RecursionError) as error:
        raise Unfit("json") from error
    if not isinstance(whole, list):
        return [whole]
    if not whole:
        raise Unfit("schema")
    if len(whole) > MAX_ELEMENTS:
        raise Unfit("size")
    return whole


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _reading(
    element: Json, kind: Kind, now_ms: int
) -> tuple[int, int, tuple[tuple[str, Value], ...]]:
    if _is_spoiled(element):
        raise Unfit("json")
    if not isinstance(element, Object):
        raise Unfit("schema")
    fields = {field.name: field for field in kind.fields}
    given: dict[str, Value | None] = {}
    stamps: dict[str, int | None] = {}
    for name, value in element.members:
        if name in STAMPS:
            stamps[name] = _whole_number(value, *STAMPS[name])
        elif name in fields:
            given[name] = None if value is None else _value(value, fields[name])
    said = tuple((name, value) for name in fields if (value := given.get(name)) is not None)
    ts_ms, seq = stamps.get("ts"), stamps.get("seq")
    ts_ms = now_ms if ts_ms is None else ts_ms
    _judge(ts_ms, said, fields, now_ms)
    return ts_ms, -1 if seq is None else seq, said


def _judge(
    ts_ms: int, said: Sequence[tuple[str, Value]], fields: Mapping[str, Field], now_ms: int
) -> None:
    if not said:
        raise Unfit("schema")
    if ts_ms > now_ms + MAX_FUTURE_MS:
        raise Unfit("future")
    if ts_ms < now_ms - MAX_AGE_MS:
        raise Unfit("stale")
    for name, value in said:
        low, high = fields[name].hard
        if isinstance(value, float) and not low <= value <= high:
            raise Unfit("range")


def _is_spoiled(element: Json) -> bool:
    """Tell whether there is text in it, however deep, that came of bytes that are no UTF-8."""
    if isinstance(element, Object):
        return any(_is_spoiled(name) or _is_spoiled(value) for name, value in element.members)
    if isinstance(element, list):
        return any(map(_is_spoiled, element))
    return isinstance(element, str) and any("\ud800" <= char <= "\udfff" for char in element)


def _whole_number(value: Json, low: int, high: int) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Unfit("schema")
    return value


def _value(value: Json, field: Field) -> Value:
    if field.type is FieldType.STATE:
        if not isinstance(value, str) or value not in field.states:
            raise Unfit("schema")
        return value
    if field.type is FieldType.BOOLEAN:
        if not isinstance(value, bool):
            raise Unfit("schema")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("schema")
    try:
        number = float(value)
    except OverflowError as error:
        raise Unfit("range") from error
    if math.isinf(number):
        raise Unfit("range")
    return number


def _of(frame: Frame) -> Iterator[Good]:
    for row in range(len(frame)):
        source = frame.sources[frame.device[row]]
        values = tuple(
            (field.name, _meaning(frame.values[row, column], field))
            for column, field in enumerate(frame.kind.fields)
            if not math.isnan(frame.values[row, column])
        )
        ts_ms, seq = int(frame.ts_ms[row]), int(frame.seq[row])
        yield Good(source.site, source.kind.name, source.device, ts_ms, seq, values)


def _meaning(code: float, field: Field) -> Value:
    if field.type is FieldType.STATE:
        return field.states[int(code)]
    return bool(code) if field.type is FieldType.BOOLEAN else float(code)
