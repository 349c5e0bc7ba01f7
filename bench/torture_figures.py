"""Adds up reports of the torture, and puts the figures into docs/reliability.md.

python -m bench.torture_figures reports/*.json
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
BEGIN, END = "<!-- figures of the torture: begin -->", "<!-- figures of the torture: end -->"
SUMS = {
    "promised": "messages that the broker acknowledged",
    "acknowledged": "messages that the service acknowledged",
    "stored": "readings in the database",
    "letters": "dead letters",
    "set_aside_by_clock": "of them good readings, because the clock was an hour behind",
    "lost_by_broker": "messages that a killed broker had acknowledged and forgot",
    "lost_by_disk": "readings in records whose bit was flipped",
    "violations": "acknowledged readings lost, doubled or altered, and other violations",
}


def figures(reports: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the section.

    Args:
        reports: As `bench.torture --json` writes them.
    """
    seeds = sorted({report["seed"] for report in reports})
    minutes = sum(report["duration_s"] for report in reports) / 60
    yield f"{len(reports)} runs with {len(seeds)} seeds, {minutes:.0f} minutes of trouble in all:"
    yield ""
    yield "| what | in all |"
    yield "| --- | ---: |"
    for name, words in SUMS.items():
        total = sum(_count(report["verdict"][name]) for report in reports)
        yield f"| {words} | {total:,} |"
    oldest_s = max(report["verdict"]["oldest_lost_s"] for report in reports)
    yield ""
    yield (
        f"The oldest message that a killed broker forgot had been acknowledged {oldest_s:.1f} s "
        "before the kill."
    )
    yield ""
    yield "| trouble | times |"
    yield "| --- | ---: |"
    survived: Counter[str] = Counter()
    for report in reports:
        survived.update(report["survived"])
    for name, times in sorted(survived.items(), key=_by_part):
        yield f"| {name} | {times:,} |"
    yield ""
    yield f"Seeds: {', '.join(map(str, seeds))}."


def fill(page: str, lines: Iterator[str]) -> str:
    """Return the page with new figures in the place of the old ones."""
    section = "\n".join([BEGIN, "", *lines, "", END])
    return re.sub(f"{BEGIN}.*{END}", lambda _: section, page, flags=re.DOTALL)


def _by_part(item: tuple[str, int]) -> tuple[bool, str]:
    return ":" in item[0], item[0]


def _count(figure: float | dict[str, int] | list[str]) -> float:
    if isinstance(figure, dict):
        return sum(figure.values())
    return len(figure) if isinstance(figure, list) else figure


def main() -> None:
    """Read the reports, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("reports", type=Path, nargs="+", help="what bench.torture --json wrote")
    asked = parser.parse_args()
    reports = [json.loads(path.read_text()) for path in asked.reports]
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), figures(reports)), encoding="utf-8")


if __name__ == "__main__":
    main()
