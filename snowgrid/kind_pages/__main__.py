"""Writes docs/kinds.md and its pictures: `python -m snowgrid.kind_pages [KIND …]`."""

import sys
from pathlib import Path

from devices.fleets.file import load_fleet
from devices.registry import kind_named, kinds
from devices.schema import Kind
from snowgrid.kind_pages.markdown import page
from snowgrid.kind_pages.picture import draw
from snowgrid.kind_pages.stretch import Setting, group_of, simulate
from snowgrid.kind_pages.usual import FLEET, START

FILE = Path("docs/kinds.md")
PICTURES = Path("docs/img/kinds")
HOURS = 48.0  # a working day and a free one
SEED = 1


def setting_of(kind: Kind) -> Setting:
    """Return the stretch that the documentation shows of a kind."""
    group, place = group_of(kind, load_fleet(FLEET))
    return Setting(group=group, place=place, start=START, hours=HOURS, seed=SEED)


def main() -> None:
    """Write the page, and the pictures of the kinds that are named, or of all."""
    chosen = [kind_named(name) for name in sys.argv[1:]] or [*kinds().values()]
    PICTURES.mkdir(parents=True, exist_ok=True)
    FILE.write_text(page(kinds()), encoding="utf-8")
    for kind in chosen:
        draw(simulate(setting_of(kind)), PICTURES / f"{kind.name}.png")


if __name__ == "__main__":
    main()
