"""How a field looks: its unit, its decimals and its limits, all from its kind."""

from math import ceil, log10

from dashboards.model.look import SEVERITY_COLOURS, Colour, Look, Threshold, Word
from devices.schema import Field, Severity

PLAIN_COUNT = Look(decimals=0)
SHARE = Look(unit="%", decimals=0, low=0.0, high=100.0)
PER_SECOND = Look(unit="/s", low=0.0)
BYTES = Look(unit="B", low=0.0)
SECONDS = Look(unit="s", low=0.0)

SEVERITY = Look(
    words=tuple(
        Word(value=severity.value, text=severity.value, colour=colour)
        for severity, colour in SEVERITY_COLOURS.items()
    )
)
ALERT_STATE = Look(
    words=(
        Word(value="firing", text="began", colour=Colour.ORANGE),
        Word(value="resolved", text="ended", colour=Colour.GREEN),
    )
)
CONNECTION = Look(
    words=(
        Word(value="1", text="connected", colour=Colour.GREEN),
        Word(value="0", text="not connected", colour=Colour.VERMILION),
    )
)

SCALED_UNITS = frozenset({"A", "B", "Pa", "V", "VA", "W", "bit/s", "kWh", "kvar·h", "m", "var"})
"""Units that readers show with a prefix (kW, MW), so the resolution says nothing of decimals."""

MOST_DECIMALS = 3


def look_of(field: Field, thresholds: tuple[Threshold, ...] = ()) -> Look:
    """Return how values of a field are shown.

    Args:
        field: Of a kind.
        thresholds: Limits to draw.
    """
    full = field.unit == "%" and field.hard == (0, 100)
    return Look(
        unit=field.unit,
        decimals=_decimals(field),
        low=0.0 if full else None,
        high=100.0 if full else None,
        thresholds=thresholds,
    )


def none_is_good(severity: Severity) -> Look:
    """Return the look of a count that should be 0, and has a colour where it is not."""
    return Look(decimals=0, thresholds=(Threshold(value=0.5, severity=severity),))


def _decimals(field: Field) -> int | None:
    if field.resolution is None or field.unit in SCALED_UNITS:
        return None
    return min(MOST_DECIMALS, max(0, ceil(-log10(field.resolution))))
