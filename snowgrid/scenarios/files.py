"""The scenarios that come along, and those of an operator's own."""

from pathlib import Path

import seeds
from devices.fleets.values import among
from devices.schema import NAME
from ingest.errors import ConfigError
from snowgrid.scenarios.reading import read
from snowgrid.scenarios.scenario import Scenario

FOLDER = Path(seeds.__file__).parent / "scenarios"


def scenario_names(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the names of the scenarios that come with Snowgrid."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def load_scenario(name_or_path: str, folder: Path = FOLDER) -> Scenario:
    """Read a scenario.

    Args:
        name_or_path: One of `scenario_names()`, or the path of a YAML file.
        folder: Where names are looked up.

    Raises:
        ConfigError: There is no such scenario, or its file is wrong.
    """
    path = Path(name_or_path)
    if NAME.fullmatch(name_or_path) and (folder / f"{name_or_path}.yaml").is_file():
        path = folder / f"{name_or_path}.yaml"
    if not path.is_file():
        raise ConfigError(
            f"no scenario {name_or_path!r}, neither as a file nor among those that come along: "
            f"{among(name_or_path, scenario_names(folder))}"
        )
    return read(path)
