"""Device: what does one device say, is anything wrong with it, and is it heard?

There is a board for each kind, made from the kind alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from dashboards.asking import alerts
from dashboards.asking.links import DATA_CENTRE_UID, METERS_UID, REGION_UID, SKI_UID, device_uid
from dashboards.asking.looks import PLAIN_COUNT, SEVERITY
from dashboards.asking.panels import FULL, HALF, THIRD, areas, line, lines, table, timeline
from dashboards.asking.subject import CHOSEN_DEVICE, Subject
from dashboards.asking.variables import device_of, site_of
from dashboards.asking.words import said
from dashboards.facts import Facts
from dashboards.model.board import Board, Section
from dashboards.model.look import Look, Threshold
from dashboards.model.panel import Panel
from dashboards.model.query import Condition
from devices.schema import Field, FieldType

ABOVE_FAMILY = {"meters": METERS_UID, "ski": SKI_UID, "datacentre": DATA_CENTRE_UID}
"""The board above the devices of a trade, where no board leads to them."""

STATES_HEIGHT = 5


def boards(facts: Facts, above: Iterable[Board]) -> tuple[Board, ...]:
    """Return a board for each kind.

    Args:
        facts: All kinds.
        above: The other boards; the first one that leads to a kind's devices is above them.
    """
    leading: dict[str, str] = {}
    for board in above:
        for panel in board.panels:
            if panel.link:
                leading.setdefault(panel.link.board, board.uid)
    return tuple(_board(facts.about(name), leading) for name in facts.kinds)


def _board(subject: Subject, leading: dict[str, str]) -> Board:
    kind = subject.kind
    uid = device_uid(kind.name)
    sections = (
        Section(title="Now", panels=(_last_message(subject), _firing(subject))),
        Section(title="Measurements", panels=_rows(_gauges(subject))),
        Section(title="States", panels=_rows(_states(subject))),
        Section(title="Registers", panels=_rows(_counters(subject))),
        Section(title="Heard", panels=(_heard(subject),)),
    )
    return Board(
        uid=uid,
        title=kind.title,
        question=f"How is this {_in_a_sentence(kind.title)} doing?",
        sections=tuple(section for section in sections if section.panels),
        variables=(site_of(subject), device_of(subject)),
        refresh_s=10,
        up=leading.get(uid, ABOVE_FAMILY.get(kind.family, REGION_UID)),
        listed=False,
    )


def _last_message(subject: Subject) -> Panel:
    fields = subject.kind.fields
    return table(
        "Last message",
        f"The newest reading of the chosen device within the time shown. {subject.kind.summary} "
        "None at all: the device has been silent; look at its gateway and its power.",
        line(subject.last_message()),
        headings=(("time", "When"), *_titles(fields)),
        looks=tuple((field.name, _look(subject, field)) for field in fields),
        look=Look(empty="Silent within the time shown."),
        height=3,
    )


def _firing(subject: Subject) -> Panel:
    of_kind = Condition(name="kind", values=(subject.kind.name,))
    return table(
        "Its alerts",
        "What fires at this device now, and since when.",
        line(alerts.firing((*CHOSEN_DEVICE, of_kind))),
        look=alerts.NOTHING_FIRES,
        looks=(("severity", SEVERITY),),
        headings=alerts.HEADINGS,
        height=4,
    )


def _gauges(subject: Subject) -> Iterator[Panel]:
    """Yield a panel for gauges that share a unit and limits, so that each line is about all."""
    alike: dict[tuple[str, tuple[Threshold, ...], bool], list[Field]] = {}
    for field in _of_type(subject, FieldType.GAUGE):
        limits = subject.look(field.name).thresholds
        bare = tuple(replace(limit, reason="") for limit in limits)
        alike.setdefault((field.unit or field.name, bare, field.circular), []).append(field)
    for fields in alike.values():
        yield lines(
            ", ".join(field.title for field in fields),
            " ".join(map(_explained, fields)),
            line(subject.raw(*(field.name for field in fields))),
            look=subject.look(fields[0].name),
            headings=_titles(fields),
        )


def _states(subject: Subject) -> Iterator[Panel]:
    for field in _of_type(subject, FieldType.STATE):
        yield timeline(
            field.title,
            _explained(field),
            line(subject.raw(field.name)),
            look=subject.state_look(field.name),
            headings=_titles([field]),
            height=STATES_HEIGHT,
        )
    booleans = _of_type(subject, FieldType.BOOLEAN)
    if booleans:
        yield timeline(
            ", ".join(field.title for field in booleans),
            " ".join(map(_explained, booleans)),
            line(subject.raw(*(field.name for field in booleans))),
            looks=tuple((field.name, subject.state_look(field.name)) for field in booleans),
            headings=_titles(booleans),
            height=STATES_HEIGHT,
        )


def _counters(subject: Subject) -> Iterator[Panel]:
    for field in _of_type(subject, FieldType.COUNTER):
        yield lines(
            field.title,
            f"{_explained(field)} The register as it stands; level where nothing is counted, a "
            "fall to 0 is a new device.",
            line(subject.raw(field.name)),
            look=subject.look(field.name),
            headings=_titles([field]),
        )


def _heard(subject: Subject) -> Panel:
    return areas(
        "Readings received",
        "In each interval of the time axis. A level band is a healthy device; a hole down to 0 is "
        "a gap, that was never received or not yet sent.",
        line(subject.readings(), "readings"),
        look=PLAIN_COUNT,
        width=FULL,
        height=5,
    )


def _rows(panels: Iterable[Panel]) -> tuple[Panel, ...]:
    """Return panels in full rows of three, and of two at the end, where one would be left over."""
    kept = tuple(panels)
    in_threes = len(kept) - {0: 0, 1: 4, 2: 2}[len(kept) % 3]
    if in_threes < 0:
        return (replace(kept[0], width=FULL),)
    widths = [THIRD] * in_threes + [HALF] * (len(kept) - in_threes)
    return tuple(replace(panel, width=width) for panel, width in zip(kept, widths, strict=True))


def _of_type(subject: Subject, wanted: FieldType) -> list[Field]:
    return [field for field in subject.kind.fields if field.type is wanted]


def _look(subject: Subject, field: Field) -> Look:
    if field.type in {FieldType.STATE, FieldType.BOOLEAN}:
        return subject.state_look(field.name)
    return subject.look(field.name)


def _titles(fields: Iterable[Field]) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, field.title) for field in fields)


def _explained(field: Field) -> str:
    """Return what a person should know of a field, from its kind."""
    text = field.title
    if field.states:
        *others, last = map(_with_word, field.states)
        text += f": {', '.join(others)} or {last}"
    elif field.type is FieldType.BOOLEAN:
        text += ": yes or no"
    elif field.typical:
        low, high = field.typical
        text += f", on ordinary days {low:,g} to {high:,g} {field.unit}".rstrip()
    return f"{text}. {field.note}".rstrip()


def _with_word(state: str) -> str:
    """Return a state as people say it, and as the device does where that is something else."""
    text = said(state)
    return text if text.lower() == state.lower() else f"{text} ({state})"


def _in_a_sentence(title: str) -> str:
    """Return a title without its capital: "EV charger", "rack sensor"."""
    return " ".join(word if word.isupper() else word.lower() for word in title.split())
