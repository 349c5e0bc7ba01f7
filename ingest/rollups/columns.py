"""The columns of rollups: what is kept of each field, and how it is called."""

import re
from collections.abc import Iterator
from typing import Literal

from devices.schema import Field, FieldType, Kind
from devices.units import adds_up

ColumnType = Literal["number", "text"]

DEVICES_COUNT = "devices_count"
SITE_STATISTICS = ("mean", "min", "max", "p05", "p50", "p95")


def device_columns(kind: Kind) -> dict[str, ColumnType]:
    """Return the columns of a device's windows in order, with their types.

    Gauges: `_mean _min _max _count` (directions: `_mean _count`). Counters: `_increase _last`.
    States: `_last`, a text, and `_{word}_s`, the seconds spent in each. Booleans: `_ratio`, the
    share of the known time in which they were true.
    """
    names = [name for field in kind.fields for name in _of_device(field)]
    texts = {f"{field.name}_last" for field in kind.fields if field.type is FieldType.STATE}
    return {name: "text" if name in texts else "number" for name in names}


def site_columns(kind: Kind) -> dict[str, ColumnType]:
    """Return the columns of a site's windows in order, with their types; all are numbers.

    `devices_count` is how many devices were heard. Gauges: `_mean _min _max _p05 _p50 _p95` over
    the devices' means, and `_sum` where the unit adds up (directions: `_mean`). Counters:
    `_increase` of all together. States: `_{word}_count`, how many devices had it last. Booleans:
    `_true_count`.
    """
    names = [name for field in kind.fields for name in _of_site(field)]
    return dict.fromkeys([DEVICES_COUNT, *names], "number")


def state_words(field: Field) -> tuple[str, ...]:
    """Return a state's or boolean's words as they stand in columns: a-z, 0-9 and _."""
    if field.type is FieldType.BOOLEAN:
        return "false", "true"
    return tuple(re.sub(r"[^a-z0-9]", "_", word.lower()) for word in field.states)


def _of_device(field: Field) -> Iterator[str]:
    kept: tuple[str, ...]
    match field.type:
        case FieldType.GAUGE:
            kept = ("mean", "count") if field.circular else ("mean", "min", "max", "count")
        case FieldType.COUNTER:
            kept = ("increase", "last")
        case FieldType.STATE:
            kept = ("last", *(f"{word}_s" for word in state_words(field)))
        case FieldType.BOOLEAN:
            kept = ("ratio",)
    return (f"{field.name}_{name}" for name in kept)


def _of_site(field: Field) -> Iterator[str]:
    kept: tuple[str, ...]
    match field.type:
        case FieldType.GAUGE if field.circular:
            kept = ("mean",)
        case FieldType.GAUGE:
            kept = ("sum", *SITE_STATISTICS) if adds_up(field.name) else SITE_STATISTICS
        case FieldType.COUNTER:
            kept = ("increase",)
        case FieldType.STATE:
            kept = tuple(f"{word}_count" for word in state_words(field))
        case FieldType.BOOLEAN:
            kept = ("true_count",)
    return (f"{field.name}_{name}" for name in kept)
