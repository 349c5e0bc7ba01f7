"""An hour of a small copy of the region, with rollups, alerts and figures of the service."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import takewhile

import numpy as np

from dashboards.asking.alerts import WHOLE_SITE
from dashboards.asking.service import FIGURES
from dashboards.model.tiers import TIERS_MEASUREMENT, TIERS_S, longest_ms
from devices.fleets.file import load_fleet
from devices.fleets.fleet import DeviceGroup, Fleet
from devices.registry import kinds
from devices.schema import Severity
from devices.simulator.simulation import Simulation, Turn
from ingest.core.frame import NO_SEQ, Frame, Source
from ingest.core.line_protocol import encode
from ingest.core.row_lines import encode_rows
from ingest.core.rows import Bucket, Rows
from ingest.core.sources import SourceRegistry
from ingest.rollups.history import History
from ingest.rollups.recompute import recompute
from ingest.rollups.span import Span
from ingest.rollups.tiers import Tiers

START = datetime(2026, 1, 16, 12, tzinfo=UTC)
BEGIN_MS = round(START.timestamp() * 1000)
HOURS = 1
END_MS = BEGIN_MS + HOURS * 3_600_000
DEVICES_OF_A_GROUP = 2
INTERVAL_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """All that is stored.

    Attributes:
        frames: Readings, by site and kind.
        rows: What is derived from them, and figures of the service.
    """

    frames: tuple[Frame, ...]
    rows: tuple[Rows, ...]


@cache
def evening() -> Evening:
    """Return the whole hour; it is simulated once."""
    fleet = _small(load_fleet("jing-jin-ji"))
    readings = _Readings(fleet)
    simulation = Simulation(fleet, seed=1, start=START)
    for turn in takewhile(lambda turn: turn.ts_ms < END_MS, simulation.turns()):
        readings.take(turn)
    frames = tuple(readings.frames())
    rollups = (rows for frame in frames for rows in _rollups(frame))
    return Evening(frames=frames, rows=(*rollups, _alerts(readings.sources), _service(), _tiers()))


def lines() -> dict[Bucket, bytes]:
    """Return the whole hour in line protocol, for each bucket."""
    stored = evening()
    parts: dict[Bucket, list[bytes]] = {bucket: [] for bucket in Bucket}
    parts[Bucket.RAW] += map(encode, stored.frames)
    for rows in stored.rows:
        parts[rows.bucket].append(encode_rows(rows))
    return {bucket: _joined(each) for bucket, each in parts.items()}


def _joined(parts: list[bytes]) -> bytes:
    return b"".join(part if part.endswith(b"\n") else part + b"\n" for part in parts)


class _Readings:
    """Turns of a simulation, gathered by site and kind."""

    def __init__(self, fleet: Fleet) -> None:
        registry = SourceRegistry(kinds())
        self._groups = fleet.groups
        self._indices = [
            np.array([registry.meet(_topic(group, name)).index for name in group.names], np.int32)
            for group in fleet.groups
        ]
        self._turns: dict[tuple[str, str], list[Turn]] = defaultdict(list)
        self.sources: list[Source] = registry.sources

    def take(self, turn: Turn) -> None:
        group = self._groups[turn.group]
        if len(turn.devices):
            self._turns[group.site, group.kind.name].append(turn)

    def frames(self) -> Iterator[Frame]:
        for (_, name), turns in self._turns.items():
            stamps = [np.full(len(turn.devices), turn.ts_ms, np.int64) for turn in turns]
            devices = [self._indices[turn.group][turn.devices] for turn in turns]
            yield _complete(
                Frame(
                    kind=kinds()[name],
                    sources=self.sources,
                    device=np.concatenate(devices),
                    ts_ms=np.concatenate(stamps),
                    seq=np.full(sum(map(len, stamps)), NO_SEQ, np.int64),
                    values=np.concatenate([turn.values for turn in turns]),
                )
            )


def _complete(frame: Frame) -> Frame:
    """Let each device report all of its fields at last, as when a car comes to a charger."""
    _, from_the_end = np.unique(frame.device[::-1], return_index=True)
    last = len(frame) - 1 - from_the_end
    lows = np.array([field.hard[0] for field in frame.kind.fields])
    frame.values[last] = np.where(np.isnan(frame.values[last]), lows, frame.values[last])
    return frame


def _small(fleet: Fleet) -> Fleet:
    """Return a fleet with a few devices of each group, that report every five minutes."""
    return replace(
        fleet,
        sites=tuple(replace(site, groups=tuple(map(_few, site.groups))) for site in fleet.sites),
    )


def _few(group: DeviceGroup) -> DeviceGroup:
    return replace(
        group,
        names=group.names[:DEVICES_OF_A_GROUP],
        gateways=group.gateways[:DEVICES_OF_A_GROUP],
        interval_s=INTERVAL_S,
    )


def _topic(group: DeviceGroup, name: str) -> str:
    return f"telemetry/{group.site}/{group.kind.name}/{name}"


def _rollups(frame: Frame) -> Iterator[Rows]:
    numbers, device = np.unique(frame.device, return_inverse=True)
    devices = [frame.sources[number] for number in numbers]
    history = History(
        devices=[source.device for source in devices],
        device=device.astype(np.int32),
        ts_ms=frame.ts_ms,
        values=frame.values,
    )
    for hour in range(HOURS):
        start_ms = BEGIN_MS + hour * 3_600_000
        span = Span(kind=frame.kind.name, site=devices[0].site, start_ms=start_ms)
        yield from recompute(frame.kind, span, Tiers(), history)


def _alerts(sources: Iterable[Source]) -> Rows:
    """Return alerts of devices and sites: one that is over, and one of each severity that fires."""
    devices = {(source.site, source.kind.name, source.device) for source in sources}
    sites = {(site, kind, WHOLE_SITE) for site, kind, _ in devices}
    told = [
        (*whom, rule, severity, ended, (number + 1) * 600_000 + ended * 60_000)
        for whom in sorted(devices | sites)
        for number, severity in enumerate(Severity)
        for rule, ended in (("over", 0), (severity.value, 0), ("over", 1))
    ]
    columns = [*zip(*told, strict=True)]
    return Rows(
        bucket=Bucket.RAW,
        measurement="alert",
        tags=dict(zip(("site", "kind", "device", "rule"), columns, strict=False)),
        ts_ms=BEGIN_MS + np.array(columns[6], np.int64),
        columns={
            "state": ["resolved" if ended else "firing" for ended in columns[5]],
            "severity": columns[4],
            "summary": ["something happened"] * len(told),
            "value": np.full(len(told), 3.0),
            "firing": 1.0 - np.array(columns[5]),
        },
    )


def _service() -> Rows:
    ts_ms = np.arange(BEGIN_MS, END_MS, 10_000, dtype=np.int64)
    counted = np.arange(len(ts_ms), dtype=np.float64)
    return Rows(
        bucket=Bucket.RAW,
        measurement="snowgrid_service",
        tags={"instance": ["one"] * len(ts_ms)},
        ts_ms=ts_ms,
        columns=dict.fromkeys(sorted(FIGURES), counted),
    )


def _tiers() -> Rows:
    return Rows(
        bucket=Bucket.ROLLUP,
        measurement=TIERS_MEASUREMENT,
        tags={},
        ts_ms=np.arange(len(TIERS_S), dtype=np.int64),
        columns={
            "tier": [*TIERS_S],
            "longest_ms": np.array([float(longest_ms(tier)) for tier in TIERS_S]),
        },
    )
