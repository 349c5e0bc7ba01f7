"""What came of a scenario, as `--json` keeps it."""

from pathlib import Path

import msgspec

from devices.errors import LoadInvalid
from snowgrid.loading.result import RunReport
from snowgrid.scenarios.judging import Judgement, State


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a scenario.

    Attributes:
        judgements: How each expectation fared.
        notes: What else a person should know.
        load: The figures, where it was a load that ended.
        readings: Published and acknowledged.
    """

    judgements: list[Judgement]
    notes: list[str] = []
    load: RunReport | None = None
    readings: int = 0

    @property
    def held(self) -> bool:
        """Whether all expectations held."""
        return all(judgement.state is State.HELD for judgement in self.judgements)

    def count(self, state: State) -> int:
        """Return how many expectations fared so."""
        return sum(judgement.state is state for judgement in self.judgements)


class ScenarioReport(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario that was run.

    Attributes:
        scenario: Its name.
        title: What it shows.
        ran_on: Broker, service and store.
        scale: Times as many devices as its file says.
        duration_s: How long was measured, or played.
        outcome: What came of it.
    """

    scenario: str
    title: str
    ran_on: str
    scale: float
    duration_s: float
    outcome: Outcome


def write_scenario_report(report: ScenarioReport, path: Path) -> None:
    """Keep a report.

    Raises:
        LoadInvalid: The file cannot be written.
    """
    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")
    except OSError as error:
        raise LoadInvalid(f"{path}: cannot be written: {error.strerror}") from error
