"""Reads the alert rules that count: generated ones, those that come along, the operator's own."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import seeds
from devices import registry
from devices.schema import Kind
from ingest.errors import ConfigError
from ingest.rules.defaults import default_file
from ingest.rules.merging import merged
from ingest.rules.reading import RuleFile, RulesWrong, read
from ingest.rules.rule import Rule

FOLDER = Path(seeds.__file__).parent / "rules"


def load_rules(
    paths: Iterable[Path], kinds: Mapping[str, Kind], *, defaults: bool = True
) -> tuple[Rule, ...]:
    """Read files of rules, and merge them with those that come along.

    Args:
        paths: Files, or folders whose `*.yaml` are read.
        kinds: The kinds that are watched; rules about others that come along are left out.
        defaults: Whether the generated rules and those of `seeds/rules` count too.

    Raises:
        ConfigError: A file cannot be read or is wrong; each line names file, line and rule.
    """
    wrong: list[str] = []
    known = {**registry.kinds(), **kinds}
    layers = [
        [default_file(known)],
        _read_all([FOLDER], known, wrong),
        _read_all(paths, kinds, wrong),
    ]
    if wrong:
        raise ConfigError("\n".join(wrong))
    try:
        rules = merged(layers, all_layers=defaults)
    except RulesWrong as error:
        raise ConfigError(str(error)) from error
    return tuple(rule for rule in rules if rule.kind in kinds)


def _read_all(paths: Iterable[Path], kinds: Mapping[str, Kind], wrong: list[str]) -> list[RuleFile]:
    files = []
    for path in paths:
        for each in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
            try:
                files.append(read(each.read_text(encoding="utf-8"), str(each), kinds))
            except (OSError, UnicodeDecodeError) as error:
                wrong.append(f"{each}: cannot be read: {error}")
            except RulesWrong as error:
                wrong.append(str(error))
    return files
