"""Says what is wrong in a file of rules: file, line, rule, key, and what was expected."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from devices.fleets.complaints import dotted, mistakes
from ingest.rules.yaml_lines import Lines, Path, line_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value was read, for complaints about it.

    Attributes:
        name: Of the file.
        lines: Of the file.
        content: Of the file, to name the rule that a path leads into.
    """

    name: str
    lines: Lines
    content: object

    def at(self, path: Path) -> str:
        """Return file and line of a value."""
        return f"{self.name}:{line_of(path, self.lines)}" if self.lines else self.name

    def complaint(self, path: Path, problem: str) -> str:
        """Return a line that says where something is wrong, and what."""
        subject, keys = self._subject(path)
        parts = [self.at(path), subject, dotted(keys), problem]
        return ": ".join(part for part in parts if part)

    def _subject(self, path: Path) -> tuple[str, Path]:
        """Return the rule or test that a path leads into, and the rest of the path."""
        if len(path) < 2 or not isinstance(path[1], int):
            return "", path
        entry = self.content
        for step in path[:2]:
            entry = entry[step]  # type: ignore[index]
        word = str(path[0]).removesuffix("s")
        name = entry.get("name", entry.get("rule")) if isinstance(entry, dict) else None
        return f"{word} {name!r}" if name else f"{word} {path[1] + 1}", path[2:]


def complaints(error: ValidationError, root: type[BaseModel], source: Source) -> Iterator[str]:
    """Yield a line for each mistake that validation found.

    Args:
        error: What pydantic found.
        root: The model of the whole file.
        source: The file.
    """
    for path, problem in mistakes(error, root, inner="a mapping"):
        yield source.complaint(path, problem)
