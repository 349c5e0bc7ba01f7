"""Rules made from nothing but what the kinds declare: their limits, and how often they report."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from devices.schema import FieldType, Kind, Limit, Severity
from devices.units import unit_of
from ingest.rules.complaints import Source
from ingest.rules.durations import duration
from ingest.rules.entries import FileEntry
from ingest.rules.reading import RuleFile, from_entry

ORIGIN = "generated"
SILENT_AFTER_INTERVALS = 5
SILENT_AFTER_S = 300.0

Entry = dict[str, object]
"""A mapping as it stands in a file of rules."""


def default_file(kinds: Mapping[str, Kind]) -> RuleFile:
    """Return the rules that every kind brings along, as if they had been read from a file."""
    content = default_entries(kinds)
    source = Source(name=ORIGIN, lines={}, content=content)
    return from_entry(FileEntry.model_validate(content), source, kinds)


def default_entries(kinds: Mapping[str, Kind]) -> Entry:
    """Return the same as the content of a file, ready for YAML."""
    return {"rules": [rule for kind in kinds.values() for rule in _of_kind(kind)]}


def _of_kind(kind: Kind) -> Iterable[Entry]:
    ladders: dict[tuple[str, str], list[Limit]] = defaultdict(list)
    for limit in kind.limits:
        ladders[limit.field, _end(limit)].append(limit)
    for (field, end), limits in ladders.items():
        limits.sort(key=lambda limit: list(Severity).index(limit.severity))
        yield {
            "name": _name(kind, field, end),
            "kind": kind.name,
            "field": field,
            **(_asked(limits[0]) if len(limits) == 1 else {"levels": [*map(_asked, limits)]}),
            "annotations": {"because": "; ".join(dict.fromkeys(each.source for each in limits))},
        }
    patience_s = max(SILENT_AFTER_S, SILENT_AFTER_INTERVALS * kind.interval_s)
    yield {
        "name": f"{_slug(kind.name)}-silent",
        "kind": kind.name,
        "no_data_for": duration(patience_s),
        "severity": Severity.WARNING.value,
    }


def _end(limit: Limit) -> str:
    if limit.equals is not None:
        return limit.equals
    return "low" if limit.above is None else "high"


def _asked(limit: Limit) -> Entry:
    """Return when a limit fires, as keys of a rule or of a level."""
    entry: Entry = {}
    if limit.equals is not None:
        entry["equals"] = limit.equals
    elif limit.above is not None:
        entry["above"] = limit.above
    else:
        entry["below"] = limit.below
    if limit.clear is not None:
        entry["clear_above" if limit.above is None else "clear_below"] = limit.clear
    if limit.for_s:
        entry["for"] = duration(limit.for_s)
    return entry | {"severity": limit.severity.value}


def _name(kind: Kind, field: str, end: str) -> str:
    declared = kind.fields[kind.column[field]]
    stem = field.removesuffix("_state")
    if declared.type in {FieldType.GAUGE, FieldType.COUNTER} and unit_of(field) is not None:
        stem = field.rpartition("_")[0] if field != "power_factor" else field
    last = kind.name.rpartition("_")[2]  # a snow_gun's gun_state, a ups's ups_state
    stem = "" if stem == last and end != "true" else stem.removeprefix(f"{last}_")
    parts = [kind.name, stem, "" if end == "true" else end]
    return "-".join(_slug(part) for part in parts if part)[:64]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
