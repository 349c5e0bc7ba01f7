"""`snowgrid kinds KIND --plot FILE.png`: how devices of a kind behave, as a picture."""

from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import typer

from devices.environment.events import Event, EventKind
from devices.environment.localtime import CHINA_STANDARD_TIME
from devices.fleets.file import load_fleet
from devices.schema import Kind
from ingest.errors import ConfigError
from snowgrid.kind_pages.usual import START

HOURS_OF = {
    EventKind.COLD_FRONT: 24.0,
    EventKind.HEAT_WAVE: 24.0,
    EventKind.OUTAGE: 0.5,
    EventKind.COOLING_FAILURE: 2.0,
    EventKind.HOLIDAY: 24.0,
}


def plot_kind(  # noqa: PLR0913 - what a person may choose
    kind: Kind,
    file: Path,
    *,
    fleet: str,
    start: datetime | None,
    hours: float,
    seed: int,
    event: EventKind | None,
) -> None:
    """Simulate a stretch and write the picture.

    Raises:
        ConfigError: The package that draws is not installed, or the file cannot be written.
        FleetError: There is no such fleet.
    """
    if find_spec("matplotlib") is None:
        raise ConfigError(
            "--plot needs a package that is not installed: pip install 'snowgrid[plots]'"
        )
    from snowgrid.kind_pages.picture import draw  # noqa: PLC0415 - optional dependency
    from snowgrid.kind_pages.stretch import Setting, group_of, simulate  # noqa: PLC0415

    begin = start.replace(tzinfo=CHINA_STANDARD_TIME) if start else START
    events = (_after_a_third(event, begin, hours),) if event else ()
    group, place = group_of(kind, load_fleet(fleet))
    setting = Setting(group=group, place=place, start=begin, hours=hours, seed=seed, events=events)
    stretch = simulate(setting)
    try:
        draw(stretch, file, events)
    except (OSError, ValueError) as error:
        raise ConfigError(f"--plot {file}: cannot be written: {error}") from error
    typer.echo(f"{file}: {hours:g} h of {kind.name} at {place.title}")


def _after_a_third(kind: EventKind, start: datetime, hours: float) -> Event:
    return Event(
        kind=kind,
        start=start + timedelta(hours=hours / 3),
        duration_s=3600.0 * min(HOURS_OF[kind], hours / 3),
    )
