"""How every benchmark is asked, and says what it found.

Lines for people, then one line of JSON; with `--json` nothing but that line.
"""

import argparse
import json
from collections.abc import Mapping

Figures = dict[str, float]
"""What a program measured, by name; a name ends in its unit."""


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """Return a parser with what all programs of the bench are asked.

    Args:
        doc: Docstring of the program; its first paragraph is what `--help` says.
    """
    parser = argparse.ArgumentParser(description=(doc or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--json", action="store_true", help="print one line of JSON only")
    return parser


def show(figures: Mapping[str, float], notes: Mapping[str, str], *, as_json: bool = False) -> None:
    """Print each figure with what it means, and last of all the figures as one line of JSON."""
    if not as_json:
        width = max(map(len, figures))
        for name, value in figures.items():
            print(f"  {name:<{width}}  {_readable(value):>12}  {notes.get(name, '')}".rstrip())
    print(json.dumps(figures))


def _readable(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.3f}".rstrip("0").rstrip(".")
