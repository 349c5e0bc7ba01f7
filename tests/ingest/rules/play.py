"""Readings of boilers, played to an engine, and what comes out in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from ingest.core.frame import NO_SEQ, Frame, Source
from ingest.rules.alert import Alert
from ingest.rules.engine import Engine
from ingest.rules.merging import merged
from ingest.rules.reading import read
from ingest.rules.rule import Rule
from tests.ingest.core.examples import BOILER

T0_MS = 1_760_000_000_000
KINDS = {"boiler": BOILER}
DEVICES = tuple(f"b-{number}" for number in range(6))
SOURCES = [
    Source(index=index, site="plant", kind=BOILER, device=device, prefix="")
    for index, device in enumerate(DEVICES)
]

Reading = tuple[int, float, Mapping[str, float]]
"""Device, seconds from the start, values by field."""


def rules_of(text: str) -> tuple[Rule, ...]:
    return merged([[read(text, "rules.yaml", KINDS)]])


def engine_of(text: str) -> Engine:
    return Engine(rules_of(text), KINDS)


def frame_of(readings: Iterable[Reading], sources: list[Source] = SOURCES) -> Frame:
    listed = list(readings)
    values = np.full((len(listed), len(BOILER.fields)), np.nan)
    for row, (_, _, fields) in enumerate(listed):
        for name, value in fields.items():
            values[row, BOILER.column[name]] = value
    return Frame(
        kind=BOILER,
        sources=sources,
        device=np.array([device for device, _, _ in listed], dtype=np.int32),
        ts_ms=np.array([ms(at_s) for _, at_s, _ in listed], dtype=np.int64),
        seq=np.full(len(listed), NO_SEQ),
        values=values,
    )


def ms(at_s: float) -> int:
    return T0_MS + round(at_s * 1000)


def told(alerts: Iterable[Alert]) -> list[str]:
    """Return alerts as `120 b-1 hot firing warning`, with the second that they tell."""
    return [
        f"{(alert.changed_ms - T0_MS) / 1000:g} {alert.device or alert.site} {alert.rule} "
        f"{alert.state} {alert.severity}"
        for alert in alerts
    ]


class Play:
    """Plays readings one after the other; `take` and `wait` return what they cause."""

    def __init__(self, rules: str, engine: Engine | None = None) -> None:
        self.engine = engine or engine_of(rules)

    def take(
        self, at_s: float, *, device: int = 0, now_s: float | None = None, **fields: float
    ) -> list[str]:
        frame = frame_of([(device, at_s, fields)])
        return told(self.engine.take([frame], ms(at_s if now_s is None else now_s)))

    def hot(self, at_s: float, temperature_c: float, **more: float) -> list[str]:
        return self.take(at_s, temperature_c=temperature_c, **more)  # type: ignore[arg-type]

    def wait(self, until_s: float) -> list[str]:
        return told(self.engine.advance(ms(until_s)))

    def active(self) -> list[str]:
        return told(self.engine.active())
