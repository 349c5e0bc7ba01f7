"""Reads fleets from TOML files: finds them, follows their includes, says what is wrong in them."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

import seeds
from devices.errors import FleetError
from devices.fleets.complaints import complaints
from devices.fleets.event_entry import EventEntry
from devices.fleets.fleet import Fleet, FleetSite, PlannedEvent
from devices.fleets.layout import lay_out
from devices.fleets.schema import FleetEntry
from devices.fleets.values import among
from devices.schema import NAME

FOLDER = Path(seeds.__file__).parent


class Located(NamedTuple):
    """A site, and the file that it stands in."""

    site: FleetSite
    path: Path


class Contents(NamedTuple):
    """What a file brings with all that it includes, in the order of the files."""

    sites: dict[str, Located]
    events: list[PlannedEvent]


def fleet_names(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the names of the fleets that come with Snowgrid."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def load_fleet(name_or_path: str | Path, *, folder: Path = FOLDER) -> Fleet:
    """Read a fleet and all that it includes.

    Args:
        name_or_path: One of `fleet_names()`, or the path of a TOML file.
        folder: Where names are looked up.

    Raises:
        FleetError: No such fleet, or a file that is wrong.
    """
    path = _find(name_or_path, folder)
    entry = _read(path)
    contents = _contents(path, entry, trail=(path,))
    if not contents.sites:
        raise FleetError(f"{path}: no sites; want tables [[sites]], or files to include")
    return Fleet(
        name=entry.name,
        title=entry.title,
        sites=tuple(located.site for located in contents.sites.values()),
        events=tuple(contents.events),
    )


def _find(name_or_path: str | Path, folder: Path) -> Path:
    path = Path(name_or_path)
    if NAME.fullmatch(str(name_or_path)) and (folder / f"{name_or_path}.toml").is_file():
        path = folder / f"{name_or_path}.toml"
    if not path.is_file():
        raise FleetError(
            f"no fleet {str(name_or_path)!r}, neither as a file nor among the fleets that come "
            f"along: {among(str(name_or_path), fleet_names(folder))}"
        )
    return path


def _read(path: Path) -> FleetEntry:
    try:
        return FleetEntry.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FleetError(f"{path}: not a TOML file that can be read: {error}") from error
    except ValidationError as error:
        raise FleetError("\n".join(f"{path}: {text}" for text in complaints(error))) from error


def _contents(path: Path, entry: FleetEntry, trail: tuple[Path, ...]) -> Contents:
    """Return what stands in a file, after what stands in its includes."""
    found = Contents({}, [])
    for number, name in enumerate(entry.include):
        where = f"{path}: include[{number}]"
        inner = _included(path, name, trail, where)
        for site_name, site in inner.sites.items():
            _add(found.sites, site_name, site, where)
        found.events.extend(inner.events)
    for number, site_entry in enumerate(entry.sites):
        where = f"{path}: sites[{number}]"
        _add(found.sites, site_entry.name, Located(lay_out(site_entry, where), path), where)
    for number, event in enumerate(entry.events):
        found.events.append(_planned(event, tuple(found.sites), f"{path}: events[{number}]"))
    return found


def _included(path: Path, name: str, trail: tuple[Path, ...], where: str) -> Contents:
    included = path.parent / name
    if not included.is_file():
        raise FleetError(f"{where}: no file {name!r} in {path.parent}")
    if included.resolve() in (step.resolve() for step in trail):
        names = " → ".join(step.name for step in (*trail, included))
        raise FleetError(f"{where}: {name!r} leads back to itself: {names}")
    return _contents(included, _read(included), (*trail, included))


def _planned(entry: EventEntry, sites: tuple[str, ...], where: str) -> PlannedEvent:
    for name in entry.sites or ():
        if name not in sites:
            raise FleetError(f"{where}.sites: no site {name!r}: {among(name, sites)}")
    return entry.planned(sites)


def _add(found: dict[str, Located], name: str, site: Located, where: str) -> None:
    if name in found:
        raise FleetError(
            f"{where}: a site {name!r} stands already in {found[name].path}; "
            "rename one, or include its file once"
        )
    found[name] = site
