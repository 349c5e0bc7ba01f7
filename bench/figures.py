"""How every benchmark says what it found: lines for people, then one line of JSON."""

import json
from collections.abc import Mapping


def show(figures: Mapping[str, float | int | str], notes: Mapping[str, str]) -> None:
    """Print each figure with what it means, and last of all the figures as one line of JSON."""
    width = max(map(len, figures))
    for name, value in figures.items():
        text = f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
        print(f"  {name:<{width}}  {text:>12}  {notes.get(name, '')}".rstrip())
    print(json.dumps(figures))
