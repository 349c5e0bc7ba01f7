"""The columns of questions as SQL of DuckDB, so that they are what InfluxQL makes of them.

What InfluxQL does by itself is spelled out here: of two values at the same moment the greater is
the first and the last; division by zero is zero; a field or a tag that nobody has written is
absent, and no error.
"""

from collections.abc import Mapping

from dashboards.model.query import Column, Function

Types = Mapping[str, str]
"""SQL type of each column of a relation by its name; empty for what was computed."""

TIME = "ts"
GROWING = frozenset({Function.RATE, Function.GROWTH})


def quoted(name: str) -> str:
    """Return a name as SQL wants it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def grown(column: Column) -> str:
    """Return a column in a row, made of what `value_of` gave in this row and those `before`."""
    name = quoted(column.name)
    if column.function not in GROWING:
        return name
    last = f"lag({name} IGNORE NULLS) OVER before"
    growth = f"({name} - {last}) * {column.factor!r}"
    if column.function is Function.RATE:
        moment = f"CASE WHEN {name} IS NOT NULL THEN epoch_ms({TIME}) END"
        growth += f" * 1000 / (epoch_ms({TIME}) - lag({moment} IGNORE NULLS) OVER before)"
    return f"CASE WHEN {name} >= {last} THEN {growth} END"


def value_of(column: Column, types: Types) -> str:
    """Return a column put together from the rows of a group."""
    if column.function in GROWING:
        return f"max({_number(column.field, types)})"
    value = _aggregate(column.function, column.field, types)
    if column.divided_by:
        divisor = _aggregate(column.function, column.divided_by, types)
        value = f"CASE WHEN {divisor} = 0 THEN 0 ELSE {value} / {divisor} END"
    return f"{value} * {column.factor!r}" if column.factor != 1 else value


def _aggregate(function: Function, name: str, types: Types) -> str:
    number, either = _number(name, types), word_or_number(name, types)
    if TIME not in types and function in {Function.FIRST, Function.LAST}:
        function = Function.MAX  # all of them stand for the same range
    match function:
        case Function.MEAN:
            return f"avg({number})"
        case Function.COUNT:
            return f"nullif(count({either}), 0)::DOUBLE"
        case Function.FIRST:
            return f"arg_max({either}, (-epoch_ms({TIME}), {either}))"
        case Function.LAST:
            return f"arg_max({either}, ({TIME}, {either}))"
        case _:
            return f"{function.value}({number})"


def _number(name: str, types: Types) -> str:
    return quoted(name) if name in types else "NULL::DOUBLE"


def word_or_number(name: str, types: Types) -> str:
    """Return a field as it stands, or what stands for one that nobody has written."""
    if types.get(name) == "BOOLEAN":
        return f"CAST({quoted(name)} AS VARCHAR)"
    return _number(name, types)


def tag_of(name: str, types: Types) -> str:
    """Return a tag, or a text field that a condition is about."""
    return quoted(name) if name in types else "''"
