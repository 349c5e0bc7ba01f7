"""Where settings come from, and plain words for what is wrong with them.

Every source becomes a flat mapping of dotted keys to `Given`, so that each problem can be told
with the place a person has to go to.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, TomlConfigSettingsSource

from ingest.errors import ConfigError
from ingest.text import printable

PREFIX = "SNOWGRID_"
DELIMITER = "__"
ENVIRONMENT = "environment"
OPTIONS = "options"
LONGEST_SHOWN = 60

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


@dataclass(frozen=True, slots=True)
class Given:
    """A value that somebody set, and where: a file's name, `ENVIRONMENT` or `OPTIONS`."""

    value: object
    source: str


def variable_of(key: str) -> str:
    """Return the environment variable of a dotted key: `SNOWGRID_MQTT__HOST` for `mqtt.host`."""
    return PREFIX + key.replace(".", DELIMITER).upper()


def section_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the model of a field that is a section, or None for a setting."""
    annotation = field.annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return None


def settings_of(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every setting of a model and its sections, by dotted key in order of definition."""
    for name, field in model.model_fields.items():
        if section := section_of(field):
            yield from settings_of(section, f"{above}{name}.")
        else:
            yield f"{above}{name}", field


def is_secret(field: FieldInfo) -> bool:
    """Whether a setting's value must never be shown."""
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)


def from_file(model: type[BaseSettings], path: Path) -> dict[str, Given]:
    """Read a TOML file.

    Raises:
        ConfigError: The file is missing, unreadable or not TOML.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such file; create it, or leave out --config")
    try:
        values = TomlConfigSettingsSource(model, path)()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except ValueError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: not valid TOML: nested too deep") from error
    return {key: Given(value, str(path)) for key, value in _flat(values)}


def from_environment(model: type[BaseSettings], env: Mapping[str, str]) -> dict[str, Given]:
    """Take the variables that hold settings; empty ones count as not set."""
    flat = {key: Given(value, ENVIRONMENT) for key, value in _flat(_Variables(model, env)())}
    return _stray_variables(model, env) | flat


def from_options(overrides: Mapping[str, object]) -> dict[str, Given]:
    """Take values by dotted key; None means that the option was not given."""
    return {key: Given(value, OPTIONS) for key, value in overrides.items() if value is not None}


def build(model: type[SettingsT], given: Mapping[str, Given]) -> SettingsT:
    """Validate what was given and fill the rest with defaults.

    Raises:
        ConfigError: One line for each value that is wrong and each key that does not exist.
    """
    known = dict(settings_of(model))
    problems = [_unknown(key, at, known) for key, at in given.items() if key not in known]
    problems += [
        _exposed(key, at)
        for key, at in given.items()
        if key in known and is_secret(known[key]) and at.source != ENVIRONMENT
    ]
    usable = {key: at for key, at in given.items() if key in known}
    try:
        settings = model(**_nested(usable))
    except ValidationError as error:
        problems += [_wrong(detail, usable, known) for detail in error.errors()]
    else:
        if not problems:
            return settings
    raise ConfigError("\n".join(map(printable, problems)))


class _Variables(EnvSettingsSource):
    """Environment variables out of a given mapping instead of the process's own."""

    def __init__(self, model: type[BaseSettings], env: Mapping[str, str]) -> None:
        self._env = env
        super().__init__(model)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._env.items() if value}


def _stray_variables(model: type[BaseSettings], env: Mapping[str, str]) -> dict[str, Given]:
    """Find variables that look like settings but that the settings' source passes over."""
    near_misses = {variable_of(key).replace(DELIMITER, "_"): key for key, _ in settings_of(model)}
    stray = {}
    for name, value in env.items():
        section, delimiter, _ = name.removeprefix(PREFIX).lower().partition(DELIMITER)
        if not name.startswith(PREFIX) or not value or section in model.model_fields:
            continue
        # Kubernetes sets SNOWGRID_HTTP_PORT=tcp://… by itself for a service `snowgrid-http`.
        typo = name in near_misses and not value.startswith("tcp://")
        if delimiter or typo:
            stray[name] = Given(value, ENVIRONMENT)
    return stray


def _flat(values: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _nested(given: Mapping[str, Given]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for key, at in given.items():
        *sections, name = key.split(".")
        inner = nested
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[name] = at.value
    return nested


def _unknown(key: str, at: Given, known: Mapping[str, FieldInfo]) -> str:
    inside = [name for name in known if name.startswith(f"{key}.")]
    from_variable = at.source == ENVIRONMENT
    if inside:
        example = variable_of(inside[0]) if from_variable else inside[0]
        return f"{_place(key, at)}: is a section; set one of its keys, such as {example}"
    if from_variable:
        name = key if key.startswith(PREFIX) else variable_of(key)
        return f"{at.source}: {name}: no such setting{_hint(name, map(variable_of, known))}"
    return f"{_place(key, at)}: no such setting{_hint(key, known)}"


def _exposed(key: str, at: Given) -> str:
    # Files of settings are shared and kept; options are seen by every user of the machine.
    return (
        f"{_place(key, at)}: secrets do not belong here;"
        f" set {variable_of(key)}, or {key}_file to a file that holds it"
    )


def _hint(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, list(names), n=1)
    return f"; did you mean {near[0]}?" if near else "; docs/configuration.md lists them all"


def _wrong(detail: ErrorDetails, given: Mapping[str, Given], known: Mapping[str, FieldInfo]) -> str:
    """Say in one line what pydantic found wrong."""
    what = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    path = [str(part) for part in detail["loc"]]
    keys = [".".join(path[:length]) for length in range(len(path), 0, -1)]
    key = next((key for key in keys if key in given), "")
    if not key:  # a section as a whole, whose keys do not fit together
        return f"{keys[0] if keys else 'settings'}: {what}"
    what = what.partition(", unable to parse")[0]
    shown = "" if is_secret(known[key]) else f", not {_shown(detail['input'])}"
    return f"{_place(key, given[key])}: {what}{shown}"


def _place(key: str, at: Given) -> str:
    name = f"{variable_of(key)} ({key})" if at.source == ENVIRONMENT else key
    return f"{at.source}: {name}"


def _shown(value: object) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    text = re.sub("//[^/@]*@", "//…@", text)  # a password in a URL
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
