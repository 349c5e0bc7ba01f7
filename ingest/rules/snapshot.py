"""The engine's memory as bytes, so that alerts go on after a restart.

JSON: for each kind its clock, its devices and when each was heard; for each rule the devices or
sites it is not at peace with. Devices go by name, since the registry counts anew; rules by name
and fingerprint, since what another rule has decided means nothing to the one of today.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np
import orjson

from ingest.rules.arrays import NEVER, Bools, Floats, Millis, Rows
from ingest.rules.kind_rules import KindRules
from ingest.rules.machine import Machine
from ingest.rules.rule import Rule

VERSION = 2
CHECKS = ("since_ms", "firing_ms", "quiet_ms")
ALERTS = ("held_ms", "lit", "began_ms", "began_since_ms", "changed_ms", "seen")

Entry = dict[str, Any]
"""A part of the JSON: with arrays when written, with lists when read."""


class Memory(Protocol):
    """What is remembered of a field of each device."""

    def state(self) -> Mapping[str, Millis | Floats]:
        """Return arrays with a row a device."""

    def resume(self, rows: Rows, kept: Mapping[str, list[Any]]) -> None:
        """Set these rows."""


def dumped(kinds: Mapping[str, KindRules]) -> bytes:
    """Return the state of all rules."""
    content = {
        "version": VERSION,
        "kinds": {
            name: entry_of(rules) for name, rules in kinds.items() if rules.clock_ms is not None
        },
    }
    return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)


def loaded(snapshot: bytes, kinds: Mapping[str, KindRules]) -> None:
    """Set the state of rules that have heard nothing yet.

    Raises:
        ValueError: These bytes are no snapshot, or of another version.
    """
    try:
        content = orjson.loads(snapshot)
        version, entries = content["version"], content["kinds"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"no snapshot of alert rules: {error}") from error
    if version != VERSION:
        raise ValueError(f"a snapshot of version {version}, want {VERSION}")
    for name, entry in entries.items():
        if name in kinds:
            resume(kinds[name], entry)


def entry_of(rules: KindRules) -> Entry:
    """Return the state of the rules of one kind, which has been heard."""
    devices = len(rules.roster)
    return {
        "clock_ms": rules.clock_ms,
        "devices": rules.roster.names,
        "heard_ms": rules.hearing.last_ms[:devices],
        "sites": rules.sites.sites if rules.sites else [],
        "memories": {
            key: {name: array[:devices] for name, array in memory.state().items()}
            for key, memory in _memories(rules)
        },
        "rules": {
            rule.name: _rule(machine, number, holds)
            for machine, holds in _states(rules)
            for number, rule in enumerate(machine.rules)
        },
    }


def resume(rules: KindRules, entry: Entry) -> None:
    """Set the state of rules of one kind that have heard nothing yet."""
    rows = np.array([rules.roster.meet(*name) for name in entry["devices"]], dtype=np.intp)
    rules.clock.resume(entry["clock_ms"])
    rules.clock_ms = entry["clock_ms"]
    rules.hearing.last_ms[rows] = entry["heard_ms"]
    for key, memory in _memories(rules):
        if kept := entry["memories"].get(key):
            memory.resume(rows, kept)
    sites = np.array([_site_row(rules, site) for site in entry["sites"]], dtype=np.intp)
    for machine, holds in _states(rules):
        about = sites if rules.sites and machine is rules.sites.machine else rows
        for number, rule in enumerate(machine.rules):
            kept = entry["rules"].get(rule.name)
            if kept and kept["fingerprint"] == rule.fingerprint:
                _resume_rule(machine, number, holds, about, kept)
        machine.settle(about)
    if rules.devices:
        rules.devices.resume(rows)


def _site_row(rules: KindRules, site: str) -> int:
    row = rules.sites.find(site) if rules.sites else None
    return 0 if row is None else row


def _memories(rules: KindRules) -> Iterator[tuple[str, Memory]]:
    """Yield what is remembered of fields, by a name that says what it is."""
    if not rules.devices:
        return
    for (column, over_s), samples in rules.devices.samples.items():
        yield f"{rules.kind.fields[column].name} over {over_s:g}", samples
    for column, stillness in rules.devices.stillness.items():
        yield rules.kind.fields[column].name, stillness


def _states(rules: KindRules) -> Iterator[tuple[Machine, dict[str, Bools]]]:
    """Yield each machine, with the hold bits of the conditions of its rules as views, by rule."""
    for part in (rules.devices, rules.sites):
        if part:
            rule_of = part.plan.rule_of
            bounds = np.searchsorted(rule_of, np.arange(len(part.machine.rules) + 1)).tolist()
            yield (
                part.machine,
                {
                    rule.name: part.holds[:, bounds[number] : bounds[number + 1]]
                    for number, rule in enumerate(part.machine.rules)
                },
            )
    if rules.silence:
        yield rules.silence.machine, {}


def _rule(machine: Machine, number: int, holds: Mapping[str, Bools]) -> Entry:
    rule = machine.rules[number]
    checks = np.flatnonzero(machine.rule_of == number)
    restless = (machine.since_ms[:, checks] != NEVER).any(axis=1)
    restless |= machine.lit[:, number] != 0
    bits = holds.get(rule.name)
    if bits is not None:
        restless[: len(bits)] |= bits[: len(restless)].any(axis=1)
    subjects = np.flatnonzero(restless)
    return {
        "fingerprint": rule.fingerprint,
        "subjects": subjects,
        "holds": [] if bits is None else bits[subjects],
        "changes": {
            str(subject): list(times)
            for (subject, about), times in machine.changes.items()
            if about == number
        },
        **{name: getattr(machine, name)[np.ix_(subjects, checks)] for name in CHECKS},
        **{name: getattr(machine, name)[subjects, number] for name in ALERTS},
    }


def _resume_rule(
    machine: Machine, number: int, holds: Mapping[str, Bools], about: Rows, kept: Entry
) -> None:
    rows = about[np.array(kept["subjects"], dtype=np.intp)]
    checks = np.flatnonzero(machine.rule_of == number)
    rule: Rule = machine.rules[number]
    for name in CHECKS:
        cells = np.array(kept[name], dtype=np.int64).reshape(len(rows), len(checks))
        getattr(machine, name)[np.ix_(rows, checks)] = cells
    for name in ALERTS:
        array = getattr(machine, name)
        array[rows, number] = np.array(kept[name], dtype=array.dtype)
    if rule.name in holds and len(rows):
        holds[rule.name][rows] = kept["holds"]
    for subject, times in kept["changes"].items():
        flap = rule.flap
        if flap:
            machine.changes[int(about[int(subject)]), number] = deque(times, flap.changes)
