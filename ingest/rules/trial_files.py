"""Reads files of tests of rules, and the rules that they are about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from devices.fleets.values import among
from devices.schema import Kind
from ingest.errors import ConfigError
from ingest.rules.asking import Misfit
from ingest.rules.complaints import Source, complaints
from ingest.rules.files import load_rules
from ingest.rules.rule import Rule
from ingest.rules.trial import Failure, run
from ingest.rules.trial_entries import TestFileEntry
from ingest.rules.yaml_lines import YamlError, parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a test went.

    Attributes:
        where: File and line.
        name: Of the test.
        failures: The moments at which it fails; none when it passes.
    """

    where: str
    name: str
    failures: tuple[Failure, ...]


def run_file(path: Path, kinds: Mapping[str, Kind]) -> Iterator[Outcome]:
    """Run the tests of a file, one after the other.

    Raises:
        ConfigError: The file, or a file of rules that it names, is wrong.
    """
    entry, source = _read(path)
    rules = _rules(path, entry, source, kinds)
    for at, test in enumerate(entry.tests):
        try:
            failures, _ = run(test, rules, kinds)
        except Misfit as error:
            complaint = source.complaint(("tests", at, *error.path), str(error))
            raise ConfigError(complaint) from error
        where = source.at(("tests", at))
        yield Outcome(where=where, name=test.name, failures=tuple(failures))


def _read(path: Path) -> tuple[TestFileEntry, Source]:
    try:
        content, lines = parsed(path.read_text(encoding="utf-8"))
        source = Source(name=str(path), lines=lines, content=content)
        return TestFileEntry.model_validate(content), source
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except YamlError as error:
        raise ConfigError(f"{path}:{error.line}: no YAML that can be read: {error}") from error
    except ValidationError as error:
        raise ConfigError("\n".join(complaints(error, TestFileEntry, source))) from error


def _rules(
    path: Path, entry: TestFileEntry, source: Source, kinds: Mapping[str, Kind]
) -> list[Rule]:
    paths = [path.parent / name for name in entry.rules]
    rules = load_rules(paths, kinds, defaults=entry.defaults)
    known = [rule.name for rule in rules]
    for at, name in enumerate(entry.only):
        if name not in known:
            problem = f"no rule {name!r}: {among(name, known)}"
            raise ConfigError(source.complaint(("only", at), problem))
    return [rule for rule in rules if not entry.only or rule.name in entry.only]
