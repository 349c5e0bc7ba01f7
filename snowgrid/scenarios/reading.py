"""From the text of a scenario file to a scenario, or to all that is wrong in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from devices.errors import DeviceError, FaultInvalid
from devices.faults.parse import fault_plan_of
from devices.fleets.file import fleet_names, load_fleet
from devices.fleets.values import among
from ingest import settings_sources
from ingest.core.rejection import REASONS
from ingest.errors import ConfigError
from ingest.rules.complaints import Source, complaints
from ingest.rules.yaml_lines import YamlError, parsed
from ingest.settings import Settings
from snowgrid.loading.order import LoadOrder
from snowgrid.scenarios.entries import LoadEntry, ScenarioEntry, SimulateEntry, TroubleEntry
from snowgrid.scenarios.expectation import Expectation, expectation_of
from snowgrid.scenarios.scenario import Scenario, Servers, Simulation, Trouble
from snowgrid.scenarios.subjects import SUBJECTS

Keys = tuple[str | int, ...]


def read(path: Path) -> Scenario:
    """Read a file.

    Raises:
        ConfigError: It cannot be read, or is no scenario; everything that is wrong is named, each
            with file, line, key and fix.
    """
    try:
        content, lines = parsed(path.read_text(encoding="utf-8"))
        source = Source(name=str(path), lines=lines, content=content)
        entry = ScenarioEntry.model_validate({} if content is None else content)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except YamlError as error:
        raise ConfigError(f"{path}:{error.line}: no YAML that can be read: {error}") from error
    except ValidationError as error:
        raise ConfigError("\n".join(complaints(error, ScenarioEntry, source))) from error
    return _Reader(path, entry, source).scenario()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes a scenario of a file whose form is right, and gathers what does not fit."""

    path: Path
    entry: ScenarioEntry
    source: Source
    wrong: list[str] = field(default_factory=list)

    def scenario(self) -> Scenario:
        published: list[LoadOrder | Simulation] = [*self._loads(), *self._simulations()]
        troubles = tuple(self._troubles())
        self._check_settings()
        expected = tuple(self._expectations())
        if self.wrong or not published:
            raise ConfigError("\n".join(self.wrong))
        return Scenario(
            name=self.path.stem,
            path=self.path,
            title=self.entry.title,
            publishes=published[0],
            servers=self.entry.servers,
            settings=self.entry.settings,
            troubles=troubles,
            expect=expected,
        )

    def _complain(self, keys: Keys, problem: str) -> None:
        self.wrong.append(self.source.complaint(keys, problem))

    def _loads(self) -> Iterator[LoadOrder]:
        if (self.entry.load is None) == (self.entry.simulate is None):
            self._complain((), "want either load or simulate; one of them says what is sent")
        elif self.entry.load is not None:
            try:
                yield _order(self.entry.load, self.path.parent)
            except FaultInvalid as error:
                self._complain(("load", "faults"), str(error))
            except (DeviceError, LookupError) as error:
                self._complain(("load",), str(error))

    def _simulations(self) -> Iterator[Simulation]:
        entry = self.entry.simulate
        if entry is None or self.entry.load is not None:
            return
        try:
            yield _simulation(entry, self.path.parent)
        except DeviceError as error:
            self._complain(("simulate", "fleet"), str(error))
        except ValueError:
            wanted = SimulateEntry.model_fields["start"].description
            self._complain(("simulate", "start"), f"want {wanted}, got {entry.start!r}")

    def _troubles(self) -> Iterator[Trouble]:
        if self.entry.store and self.entry.servers is not Servers.NATIVE:
            self._complain(("store",), "only a native database can be troubled; servers: native")
        for at, entry in enumerate(self.entry.store):
            if entry.from_ >= entry.to:
                self._complain(("store", at, "to"), "want it later than `from`")
            elif sum(map(bool, (entry.delay, entry.answer, entry.hang))) != 1:
                self._complain(("store", at), "want one of delay, answer and hang")
            else:
                yield _trouble(entry)

    def _check_settings(self) -> None:
        try:
            given = settings_sources.from_options(self.entry.settings)
            settings_sources.build(Settings, given)
        except ConfigError as error:
            for line in str(error).splitlines():
                self._complain(("settings",), line)

    def _expectations(self) -> Iterator[Expectation]:
        for name, value in self.entry.expect.items():
            subject = SUBJECTS.get(name)
            if subject is None:
                self._complain(("expect", name), f"no such word: {among(name, SUBJECTS)}")
                continue
            try:
                yield expectation_of(subject, value, self.path.parent, REASONS)
            except ValueError as error:
                self._complain(("expect", name), str(error))


def _order(entry: LoadEntry, folder: Path) -> LoadOrder:
    """Make the order of a load, and see that it can be made.

    Raises:
        DeviceError: It cannot; the message says why.
        LookupError: There is no such kind.
    """
    order = LoadOrder(
        fleet=_fleet(entry.fleet, folder) if entry.fleet else None,
        kind=entry.kind or LoadOrder().kind,
        devices=entry.devices or LoadOrder().devices,
        rate_per_s=entry.rate,
        duration_s=entry.duration,
        warmup_s=entry.warmup,
        profile=entry.profile,
        qos=entry.qos,
        batch=entry.batch,
        span_s=entry.span,
        seed=entry.seed,
        connections=entry.connections,
        connects_per_s=entry.connect_rate,
        drain_s=entry.drain,
        processes=entry.processes,
        faults=fault_plan_of(entry.faults),
    )
    order.plan().spacing_ms(order.make_fleet().device_count)
    return order


def _simulation(entry: SimulateEntry, folder: Path) -> Simulation:
    start = datetime.fromisoformat(entry.start)
    if start.tzinfo is None:
        raise ValueError("no zone")
    return Simulation(
        fleet=load_fleet(_fleet(entry.fleet, folder)),
        start=start,
        length_s=entry.length,
        duration_s=entry.duration,
        seed=entry.seed,
    )


def _fleet(name: str, folder: Path) -> str:
    """Return the name of a fleet that comes along, or the path of one beside the scenario."""
    return name if name in fleet_names() else str(folder / name)


def _trouble(entry: TroubleEntry) -> Trouble:
    return Trouble(
        from_share=entry.from_,
        to_share=entry.to,
        delay_s=entry.delay,
        answer=entry.answer,
        hang=entry.hang,
    )
