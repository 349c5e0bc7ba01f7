"""One payload to readings: the JSON rules of a kind, compiled once.

msgspec decodes straight into a struct of the kind's fields and is strict by itself: no numeric
strings, no booleans as numbers, no NaN or Infinity. Whatever it does not like at first sight is
looked at again, slowly, to find out whether it is an array, has fields that the kind does not
know, or is wrong, and where.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated, Any, Self

import msgspec

from devices.schema import Field, FieldType, Kind
from ingest.core.rejection import Reason

ABSENT = float("nan")
MAX_SEQ = 2**53  # what a double, and so every JSON parser, holds exactly
MAX_INT64 = 2**63 - 1
NOT_FINITE = "Number out of range"  # how msgspec calls a number like 1e999

Reading = msgspec.Struct
"""`ts`, `seq` and the fields of a kind in order; None or NaN where absent.

The structs are unknown to Python's garbage collector, which otherwise takes a sixth of the time.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadLimits:
    """What a payload may be.

    Attributes:
        max_payload_bytes: Longest payload.
        max_elements: Longest array.
        reject_unknown: Whether a field the kind does not have rejects the reading.
    """

    max_payload_bytes: int = 65_536
    max_elements: int = 1_000
    reject_unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a payload or with one element of it, and where."""

    reason: Reason
    message: str
    place: str = ""
    element: int | None = None

    def at_element(self, element: int | None) -> Self:
        """Return the same fault as one of an element of an array; None leaves it as it is."""
        if element is None:
            return self
        place = f"$[{element}]{self.place.removeprefix('$')}"
        return replace(self, place=place, element=element)


@dataclass(slots=True)
class Parsed:
    """What a payload held.

    Attributes:
        readings: Its readings in order.
        elements: Position of each of them in the array, or None if the payload was one object.
        faults: What is wrong with the rest.
        unknown_fields: Fields dropped because the kind does not have them.
    """

    readings: list[Reading]
    elements: Sequence[int] | None
    faults: Sequence[Fault] = ()
    unknown_fields: int = 0


class StateWord(float, Enum):
    """A state: in JSON its word, as a number its code, so that it goes into a frame as it is."""

    def __new__(cls, word: str) -> Self:
        """Give the next code to a word."""
        member = float.__new__(cls, len(cls.__members__))
        member._value_ = word
        return member

    def __repr__(self) -> str:
        # Enum would have the word printed as the float that it is not.
        return f"<{type(self).__name__} {self._value_}>"


class PayloadDecoder:
    """Decodes payloads of one kind.

    Attributes:
        decode: Turns one JSON object, all of whose fields are known, into a reading; raises
            `msgspec.DecodeError`, `UnicodeDecodeError` or `RecursionError` on anything else,
            which `examine` then explains.
    """

    def __init__(self, kind: Kind, limits: PayloadLimits) -> None:
        columns = [_column(field) for field in kind.fields]
        stamps: list[tuple[str, Any, Any]] = [
            ("ts", Annotated[int, msgspec.Meta(ge=-MAX_INT64, le=MAX_INT64)] | None, ABSENT),
            ("seq", Annotated[int, msgspec.Meta(ge=0, le=MAX_SEQ)] | None, ABSENT),
        ]
        strict = msgspec.defstruct(
            kind.name, [*stamps, *columns], forbid_unknown_fields=True, gc=False
        )
        loose = msgspec.defstruct(kind.name, [*stamps, *columns], gc=False)
        self._known = frozenset(loose.__struct_fields__)
        self._kind = kind
        self._limits = limits
        self.decode = msgspec.json.Decoder(strict).decode
        self._decode_many = msgspec.json.Decoder(list[strict]).decode  # type: ignore[valid-type]
        self._decode_loose = msgspec.json.Decoder(loose).decode

    def examine(self, payload: bytes) -> Parsed:
        """Decode a payload that `decode` did not take."""
        if payload.lstrip()[:1] != b"[":
            return self._object(payload)
        try:
            readings = self._decode_many(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._each(payload)
        if not 1 <= len(readings) <= self._limits.max_elements:
            return self._wrong_length(len(readings))
        return Parsed(readings, range(len(readings)))

    def _each(self, payload: bytes) -> Parsed:
        try:
            elements = element_payloads(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return _not_json(error)
        if not 1 <= len(elements) <= self._limits.max_elements:
            return self._wrong_length(len(elements))
        parsed = [self._object(element) for element in elements]
        return Parsed(
            readings=[reading for one in parsed for reading in one.readings],
            elements=[position for position, one in enumerate(parsed) if one.readings],
            faults=[
                fault.at_element(position)
                for position, one in enumerate(parsed)
                for fault in one.faults
            ],
            unknown_fields=sum(one.unknown_fields for one in parsed),
        )

    def _object(self, payload: bytes) -> Parsed:
        try:
            payload.decode("utf-8")  # msgspec does not look into the values of unknown fields
            whole = msgspec.json.decode(payload, type=msgspec.Raw)
            return self._reading(whole)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return _not_json(error)

    def _reading(self, payload: msgspec.Raw) -> Parsed:
        try:
            reading = self._decode_loose(payload)
        except msgspec.ValidationError as error:
            return self._invalid(error)
        unknown = msgspec.json.decode(payload, type=dict[str, msgspec.Raw]).keys() - self._known
        if unknown and self._limits.reject_unknown:
            name = min(unknown)
            return _rejected("schema", f"{self._kind.name} has no field {name!r}", f"$.{name}")
        return Parsed([reading], None, unknown_fields=len(unknown))

    def _invalid(self, error: msgspec.ValidationError) -> Parsed:
        message, place = _split(error)
        if message == NOT_FINITE:
            return _rejected("range", "more than a double can hold", place)
        return _rejected("schema", self._with_states(message, place), place)

    def _wrong_length(self, elements: int) -> Parsed:
        if elements == 0:
            return _rejected("schema", "an empty array holds no reading", "$")
        most = self._limits.max_elements
        return _rejected("size", f"{elements} elements in the array, at most {most} are taken", "$")

    def _with_states(self, message: str, place: str) -> str:
        column = self._kind.column.get(place.removeprefix("$."))
        states = () if column is None else self._kind.fields[column].states
        return f"{message}; the states are {', '.join(states)}" if states else message


def element_payloads(payload: bytes) -> list[bytes]:
    """Return the raw bytes of each element of a payload that is a JSON array."""
    return [bytes(raw) for raw in msgspec.json.decode(payload, type=list[msgspec.Raw])]


def _column(field: Field) -> tuple[str, Any, Any]:
    if field.type is FieldType.STATE:
        make_enum: Any = StateWord  # mypy takes the functional API for a look-up of a member
        words = make_enum(field.name, {word: word for word in field.states})
        return (field.name, words | None, ABSENT)
    if field.type is FieldType.BOOLEAN:
        return (field.name, bool | None, ABSENT)
    return (field.name, float | None, ABSENT)


def _split(error: msgspec.ValidationError) -> tuple[str, str]:
    message, _, place = str(error).rpartition(" - at ")
    return (message, place.strip("`")) if message else (str(error), "$")


def _not_json(error: Exception) -> Parsed:
    too_deep = isinstance(error, RecursionError)
    return _rejected("json", "nested too deep" if too_deep else str(error))


def _rejected(reason: Reason, message: str, place: str = "") -> Parsed:
    return Parsed([], None, faults=[Fault(reason=reason, message=message, place=place)])
