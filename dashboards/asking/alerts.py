"""Questions about alerts, of which the store keeps a row for each beginning and end."""

from dataclasses import replace

from dashboards.asking.looks import none_is_good
from dashboards.model.look import Look
from dashboards.model.query import Column, Condition, Database, Fill, Function, Query, Source
from devices.schema import Severity

ALERT = Source(database=Database.RAW, measurement="alert", tiered=False, spacing_s=60.0)
"""Alerts come when they come; counting them more finely than by the minute says nothing."""

TAGS = ("site", "kind", "device", "rule")
FIELDS = ("state", "severity", "summary", "value", "firing")
HEADINGS = (
    ("time", "Since"),
    ("severity", "Severity"),
    ("site", "Site"),
    ("kind", "Kind"),
    ("device", "Device"),
    ("rule", "Rule"),
    ("summary", "What happened"),
    ("value", "Value"),
)
COUNT = Look(decimals=0, empty="0")
NOTHING_FIRES = Look(empty="Nothing fires: all is well.")
WHOLE_SITE = "_site"
"""In place of a device, where an alert is about all of a site together."""

LOOK_BACK_S = 30 * 86_400.0
"""An alert that has been firing for longer has either been seen or never will be."""

BEGINNING = Condition(name="state", values=("firing",))


def count_look(severity: Severity) -> Look:
    """Return the look of a number of alerts of a severity; no row of them is none of them."""
    return replace(none_is_good(severity), empty="0")


def latest(where: tuple[Condition, ...] = ()) -> Query:
    """Ask for the latest row of each alert there has been."""
    return Query(
        source=ALERT,
        columns=every(*FIELDS),
        where=where,
        by=TAGS,
        newest=1,
        back_s=LOOK_BACK_S,
    )


def firing(where: tuple[Condition, ...] = (), *, only: Severity | None = None) -> Query:
    """Ask for what fires now: a row for each alert, at the time of its beginning.

    Args:
        where: Which alerts.
        only: Those of one severity.
    """
    return Query(
        source=ALERT,
        columns=every("severity", "summary", "value"),
        where=(BEGINNING, *([_of(only)] if only else [])),
        by=TAGS,
        inner=latest(where),
        back_s=LOOK_BACK_S,
    )


def firing_count(severity: Severity, where: tuple[Condition, ...] = ()) -> Query:
    """Ask how many alerts of a severity fire now."""
    return Query(
        source=ALERT,
        columns=(Column(field="firing", function=Function.COUNT, name="alerts"),),
        where=(BEGINNING, _of(severity)),
        over_time=False,
        inner=latest(where),
        back_s=LOOK_BACK_S,
    )


def begun(where: tuple[Condition, ...] = (), *, by: tuple[str, ...] = (), most: int = 0) -> Query:
    """Ask how many alerts began in the range, by tags, and of those tags the `most` frequent."""
    return replace(begun_over_time(by, where), over_time=False, most=most)


def begun_over_time(by: tuple[str, ...], where: tuple[Condition, ...] = ()) -> Query:
    """Ask how many alerts began in each interval, by tags."""
    column = Column(field="firing", function=Function.SUM, name="alerts")
    return Query(source=ALERT, columns=(column,), where=where, by=by, fill=Fill.ZERO)


def history(most: int, where: tuple[Condition, ...] = ()) -> Query:
    """Ask for the latest beginnings and ends, the newest first."""
    return Query(
        source=ALERT,
        columns=every("state", "severity", *TAGS, "summary"),
        where=where,
        newest=most,
    )


def every(*names: str) -> tuple[Column, ...]:
    """Ask for columns as they stand."""
    return tuple(Column(field=name, function=Function.EVERY, name=name) for name in names)


def _of(severity: Severity) -> Condition:
    return Condition(name="severity", values=(severity.value,))
