"""How a dead letter looks on a terminal.

Topic, message and payload come from the network: whatever in them is no printable character is
shown escaped, so that no device can write on the terminal of the person who looks.
"""

import json
import re

from rich.table import Table
from rich.text import Text

from ingest.core.rejection import DeadLetter, Reason
from ingest.dead_letters.line import iso, to_line
from ingest.text import printable

EXCERPT_CHARS = 160
BEFORE_FAULT_CHARS = 40

MEANING: dict[Reason, str] = {
    "topic": "not telemetry/{site}/{kind}/{device}",
    "kind": "no such device kind",
    "registry": "a new device, and as many as may be known are known already",
    "size": "payload or array too large",
    "json": "not JSON, not UTF-8, or nested too deep",
    "schema": "JSON, but not a reading of this kind",
    "range": "a number no working sensor can give",
    "future": "timestamp too far ahead",
    "stale": "older than raw data is kept",
    "refused": "valid, but the database would not take it",
}

_MEMBER = re.compile(r"\$(?:\[\d+\])?\.(.+)", re.DOTALL)
_OFFSET = re.compile(r"\b(?:byte|position) (\d+)\b")


def as_text(letter: DeadLetter) -> Text:
    """Return a letter as three lines: what and where, why, and what was sent."""
    fault = f"{letter.place}: {letter.message}" if letter.place else letter.message
    return Text.assemble(
        (iso(letter.arrived_ms), "dim"),
        "  ",
        (f"{letter.reason:8}", "bold yellow"),
        "  ",
        (printable(letter.topic), "bold"),
        f"\n  {printable(fault)}\n  ",
        excerpt(letter),
    )


def to_json(letter: DeadLetter) -> str:
    """Return a letter as a line of JSON, with the payload as text too if it is text."""
    try:
        text = letter.payload.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    return json.dumps(json.loads(to_line(letter)) | {"text": text})


def excerpt(letter: DeadLetter) -> Text:
    """Return the payload's beginning, or the part around the fault, with the fault marked."""
    if not letter.payload:
        return Text("(empty)", "dim")
    text = letter.payload.decode("utf-8", "backslashreplace")
    begin, end = _fault(letter, text)
    first = 0 if end <= EXCERPT_CHARS else max(0, begin - BEFORE_FAULT_CHARS)
    last = first + EXCERPT_CHARS
    whole = last >= len(text) and len(letter.payload) == letter.size_bytes
    return Text.assemble(
        ("…" if first else "", "dim"),
        printable(text[first:begin]),
        (printable(text[begin : min(end, last)]), "bold red"),
        printable(text[end:last]),
        ("" if whole else f"… ({letter.size_bytes:,} bytes)", "dim"),
    )


def summary(counts: dict[Reason, int]) -> Table:
    """Return how many letters there are for each reason, the most frequent first."""
    table = Table(box=None, pad_edge=False)
    table.add_column("letters", justify="right")
    table.add_column("reason", style="bold yellow")
    table.add_column("which means", style="dim")
    for reason, count in sorted(counts.items(), key=lambda item: -item[1]):
        table.add_row(f"{count:,}", reason, MEANING[reason])
    return table


def _fault(letter: DeadLetter, text: str) -> tuple[int, int]:
    """Return where in the text the fault begins and ends; an empty stretch if that is unknown."""
    if member := _MEMBER.fullmatch(letter.place):
        pattern = rf"{re.escape(json.dumps(member[1], ensure_ascii=False))}\s*:\s*[^,}}\]]*"
        if found := re.search(pattern, text):
            return found.start(), found.start() + len(found[0].rstrip())
    elif offset := _OFFSET.search(letter.message):
        begin = len(letter.payload[: int(offset[1])].decode("utf-8", "backslashreplace"))
        return begin, begin + 1
    return 0, 0
