"""Tests of rules: given these readings, these alerts are expected at these times."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from devices.fleets.values import among
from devices.schema import Kind
from ingest.core.frame import NO_SEQ, Frame, Source
from ingest.rules.alert import Alert, AlertState
from ingest.rules.arrays import Floats
from ingest.rules.asking import Misfit, field_named
from ingest.rules.engine import Engine
from ingest.rules.rule import Rule
from ingest.rules.series import values_of
from ingest.rules.trial_entries import AlertEntry, ExpectEntry, InputEntry, TestEntry

START_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z, when every test begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What one device reports: a row a step, all NaN where it reports nothing."""

    kind: Kind
    site: str
    device: str
    readings: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A moment at which other alerts were active than expected.

    Attributes:
        at_s: When, seconds from the start.
        expected: Alerts that were expected and not there.
        got: Alerts that were there and not expected.
    """

    at_s: float
    expected: tuple[str, ...]
    got: tuple[str, ...]


def streams(inputs: Sequence[InputEntry], kinds: Mapping[str, Kind]) -> list[Stream]:
    """Return what each device reports.

    Raises:
        Misfit: A kind, a field or a state does not exist, or a series cannot be read.
    """
    return [
        stream
        for at, entry in enumerate(inputs)
        for stream in _streams(entry, kinds, ("input", at))
    ]


def _streams(
    entry: InputEntry, kinds: Mapping[str, Kind], path: tuple[str | int, ...]
) -> Iterator[Stream]:
    kind = kinds.get(entry.kind)
    if kind is None:
        raise Misfit((*path, "kind"), f"no kind {entry.kind!r}: {among(entry.kind, kinds)}")
    columns = {}
    for name, series in entry.fields.items():
        field = field_named(name, kind, (*path, "fields"))
        try:
            columns[kind.column[name]] = values_of(series, field)
        except ValueError as error:
            raise Misfit((*path, "fields", name), str(error)) from error
    readings = np.full((max(map(len, columns.values())), len(kind.fields)), np.nan)
    for column, values in columns.items():
        readings[: len(values), column] = [np.nan if each is None else each for each in values]
    for device in entry.device:
        yield Stream(kind=kind, site=entry.site, device=device, readings=readings)


def run(
    test: TestEntry, rules: Iterable[Rule], kinds: Mapping[str, Kind]
) -> tuple[list[Failure], Engine]:
    """Run a test; return the moments at which it fails, and the engine as it is at the end.

    Raises:
        Misfit: The test names what there is not.
    """
    engine = Engine(rules, kinds)
    _check_rules(test, engine)
    playing = streams(test.input, kinds)
    failures = []
    step, interval_ms = 0, round(test.interval * 1000)
    for moment in sorted(test.expect, key=lambda expect: expect.at):
        at_ms = round(moment.at * 1000)
        while step * interval_ms <= at_ms:
            now_ms = START_MS + step * interval_ms
            engine.take(list(frames(playing, step, now_ms)), now_ms)
            step += 1
        engine.advance(START_MS + at_ms)
        failure = _compared(moment, engine.active())
        if failure:
            failures.append(failure)
    return failures, engine


def frames(playing: Sequence[Stream], step: int, ts_ms: int) -> Iterator[Frame]:
    """Yield a frame a kind with what the devices report at a step."""
    sources = [
        Source(index=index, site=each.site, kind=each.kind, device=each.device, prefix="")
        for index, each in enumerate(playing)
    ]
    for kind in {each.kind.name: each.kind for each in playing}.values():
        heard = [
            index
            for index, each in enumerate(playing)
            if each.kind is kind
            and step < len(each.readings)
            and not np.isnan(each.readings[step]).all()
        ]
        if heard:
            yield Frame(
                kind=kind,
                sources=sources,
                device=np.array(heard, dtype=np.int32),
                ts_ms=np.full(len(heard), ts_ms),
                seq=np.full(len(heard), NO_SEQ),
                values=np.array([playing[index].readings[step] for index in heard]),
            )


def _check_rules(test: TestEntry, engine: Engine) -> None:
    for at, expect in enumerate(test.expect):
        for number, alert in enumerate(expect.alerts):
            if alert.rule not in engine.rules:
                problem = f"no rule {alert.rule!r}: {among(alert.rule, engine.rules)}"
                raise Misfit(("expect", at, "alerts", number, "rule"), problem)


def _compared(moment: ExpectEntry, active: Sequence[Alert]) -> Failure | None:
    """Compare what fires, all of it, and of what is pending that which is expected."""
    there = {alert.identity[:1] + alert.identity[2:]: alert for alert in active}
    missing = [wanted for wanted in moment.alerts if not _fits(wanted, there.get(_key(wanted)))]
    wanted = {_key(each) for each in moment.alerts}
    strange = [
        _told(alert)
        for key, alert in there.items()
        if (alert.state is AlertState.FIRING and key not in wanted)
        or key in {_key(each) for each in missing}
    ]
    if not missing and not strange:
        return None
    expected = tuple(map(_expected, missing))
    return Failure(at_s=moment.at, expected=expected, got=tuple(strange))


def _key(wanted: AlertEntry) -> tuple[str, str, str]:
    return wanted.site, wanted.device, wanted.rule


def _fits(wanted: AlertEntry, alert: Alert | None) -> bool:
    return (
        alert is not None
        and alert.state is wanted.state
        and wanted.severity in {None, alert.severity}
        and wanted.summary in {None, alert.summary}
    )


def _expected(wanted: AlertEntry) -> str:
    told = [wanted.rule, wanted.site, wanted.device, wanted.state, wanted.severity]
    text = " ".join(part for part in told if part)
    return f"{text}: {wanted.summary}" if wanted.summary else text


def _told(alert: Alert) -> str:
    told = [alert.rule, alert.site, alert.device, alert.state, alert.severity]
    return f"{' '.join(part for part in told if part)}: {alert.summary}"
