"""Which columns rollups keep of a field; a board that asks for another one cannot be built."""

import re
from typing import NoReturn

from dashboards.model.query import Function, Scope
from devices.schema import Field, FieldType
from devices.units import adds_up

DEVICES_COUNT = "devices_count"
"""Of a site's windows: how many devices were heard."""

_SITE_GAUGE = ("mean", "min", "max", "p05", "p50", "p95")
_FUNCTIONS = {
    "mean": Function.MEAN,
    "sum": Function.MEAN,
    "p05": Function.MEAN,
    "p50": Function.MEAN,
    "p95": Function.MEAN,
    "min": Function.MIN,
    "max": Function.MAX,
    "count": Function.SUM,
    "increase": Function.SUM,
    "last": Function.LAST,
    "ratio": Function.MEAN,
    "true_count": Function.MAX,
}


def statistics(field: Field, scope: Scope) -> tuple[str, ...]:
    """Return what is kept of a field in the windows of a device or a site: `mean`, `p95`, ….

    Raises:
        ValueError: Raw readings are asked for, which keep the field itself.
    """
    if scope is Scope.RAW:
        raise ValueError(f"raw readings keep {field.name!r} itself and no statistics of it")
    return _of_site(field) if scope is Scope.SITE else _of_device(field)


def column_name(field: Field, statistic: str, scope: Scope) -> str:
    """Return the name of a column.

    Raises:
        ValueError: It is not kept; the message lists what is.
    """
    if statistic not in statistics(field, scope):
        _not_kept(field, statistic, scope)
    return f"{field.name}_{statistic}"


def function_for(statistic: str) -> Function:
    """Return how the values of several windows become one, unless a board wants it otherwise.

    How many devices have a state is taken from the last window, so that the states of one moment
    add up to all devices; how many raise an alarm from the worst, so that none is lost in a mean.
    """
    if statistic in _FUNCTIONS:
        return _FUNCTIONS[statistic]
    return Function.SUM if statistic.endswith("_s") else Function.LAST


def word_in_column(word: str) -> str:
    """Return a state's word as it stands in the names of columns."""
    return re.sub(r"[^a-z0-9]", "_", word.lower())


def _of_device(field: Field) -> tuple[str, ...]:
    match field.type:
        case FieldType.GAUGE:
            return ("mean", "count") if field.circular else ("mean", "min", "max", "count")
        case FieldType.COUNTER:
            return ("increase", "last")
        case FieldType.STATE:
            return ("last", *(f"{word_in_column(word)}_s" for word in field.states))
        case FieldType.BOOLEAN:
            return ("ratio",)


def _of_site(field: Field) -> tuple[str, ...]:
    match field.type:
        case FieldType.GAUGE if field.circular:
            return ("mean",)
        case FieldType.GAUGE:
            return ("sum", *_SITE_GAUGE) if adds_up(field.name) else _SITE_GAUGE
        case FieldType.COUNTER:
            return ("increase",)
        case FieldType.STATE:
            return tuple(f"{word_in_column(word)}_count" for word in field.states)
        case FieldType.BOOLEAN:
            return ("true_count",)


def _not_kept(field: Field, statistic: str, scope: Scope) -> NoReturn:
    kept = ", ".join(statistics(field, scope))
    raise ValueError(f"{field.name!r} by {scope}: no {statistic!r} is kept of it, only {kept}")
