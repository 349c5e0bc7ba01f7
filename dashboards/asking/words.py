"""What the words of states are called and how they are coloured, the same on every board."""

from itertools import cycle

from dashboards.model.look import SEVERITY_COLOURS, Colour, Word
from devices.schema import Field, FieldType, Kind, Severity

TEXTS = {
    "Available": "free",
    "Charging": "charging",
    "Faulted": "fault",
    "Finishing": "finishing",
    "OB DISCHRG": "on battery",
    "OB DISCHRG LB": "battery low",
    "OFF": "off",
    "OL": "on mains",
    "OL BYPASS": "bypass",
    "OL CHRG": "mains, charging",
    "OL CHRG LB": "mains, battery low",
    "OL OVER": "overload",
    "OL RB": "replace battery",
    "Preparing": "preparing",
    "SuspendedEV": "paused by car",
    "SuspendedEVSE": "paused by charger",
    "false": "no",
    "mppt": "producing",
    "true": "yes",
}
"""Words of protocols (of UPS after NUT, of chargers after OCPP) as people say them."""

WORKING = frozenset({"OL", "charging", "Charging", "mains", "mppt", "on", "producing", "running"})
READY = frozenset({"Available", "false", "none", "standby"})
RESTING = frozenset({"OFF", "idle", "off", "sleeping"})
OTHERS = (Colour.BLUE, Colour.PINK, Colour.YELLOW, Colour.SKY)


def words_of(kind: Kind, field: Field) -> tuple[Word, ...]:
    """Return what a state's or boolean's words are shown as.

    Orange and red are kept for words that the kind's limits name; work is green, rest is grey.
    """
    others = cycle(OTHERS)
    alarming = {
        limit.equals: limit.severity
        for limit in kind.limits
        if limit.field == field.name and limit.equals is not None
    }
    values = ("false", "true") if field.type is FieldType.BOOLEAN else field.states
    return tuple(
        Word(value=value, text=said(value), colour=_colour(value, alarming) or next(others))
        for value in values
    )


def said(word: str) -> str:
    """Return how people say a state's word."""
    return TEXTS.get(word, word.replace("_", " ").replace("-", " "))


def _colour(word: str, alarming: dict[str, Severity]) -> Colour | None:
    if word in alarming:
        return SEVERITY_COLOURS[alarming[word]]
    if word in WORKING:
        return Colour.GREEN
    if word in READY:
        return Colour.GREY
    return Colour.SLATE if word in RESTING else None
