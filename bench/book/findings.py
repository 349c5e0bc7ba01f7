"""What the book knows: the figures of every chapter, as `docs/performance.json` keeps them."""

from pathlib import Path

import msgspec


class Row(msgspec.Struct, frozen=True):
    """A figure.

    Attributes:
        what: It is, for a reader.
        figure: Its value.
        unit: Of it; empty for a bare number.
        ratio: It or its rate to that of the peer or limit; None where it is the peer itself.
        to: Which peer or limit of the same run.
    """

    what: str
    figure: float
    unit: str
    ratio: float | None = None
    to: str = ""


class Curve(msgspec.Struct, frozen=True):
    """A line in a picture: its name, and its points."""

    name: str
    x: list[float]
    y: list[float]


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture.

    Attributes:
        name: Of its file, without an ending.
        title: Above it.
        x: What goes to the right, with its unit.
        y: What goes up, with its unit.
        curves: In it.
        x_log: Whether equal ways to the right are equal factors.
        y_log: Whether equal ways up are equal factors.
        bound: What the curves are to stay on one side of, or None.
    """

    name: str
    title: str
    x: str
    y: str
    curves: list[Curve]
    x_log: bool = False
    y_log: bool = False
    bound: float | None = None


class Findings(msgspec.Struct, frozen=True):
    """What a chapter found.

    Attributes:
        rows: Of its table.
        pictures: Below it.
        remarks: What the measurement itself has to say, a sentence each.
    """

    rows: list[Row]
    pictures: list[Picture] = []
    remarks: list[str] = []


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a chapter.

    Attributes:
        findings: What it found, or None.
        failure: Why it found nothing.
        date: When it ran, UTC.
        took_s: How long.
        quick: Whether it took less trouble than it can.
        seed: Of all devices in it.
    """

    findings: Findings | None
    failure: str = ""
    date: str
    took_s: float
    quick: bool
    seed: int


class Book(msgspec.Struct, frozen=True):
    """All chapters that were measured on one machine.

    Attributes:
        machine: What it is, by what is told of it.
        versions: Of programs and libraries, by name.
        chapters: By name.
    """

    machine: dict[str, str]
    versions: dict[str, str]
    chapters: dict[str, Chapter]


def read_book(file: Path) -> Book | None:
    """Return what an earlier run kept, or None."""
    if not file.exists():
        return None
    return msgspec.json.decode(file.read_bytes(), type=Book)


def write_book(book: Book, file: Path) -> None:
    """Keep a book."""
    file.write_bytes(msgspec.json.format(msgspec.json.encode(book), indent=1) + b"\n")
