"""Writes what was found into the page, between its markers; the prose around them stays."""

from collections.abc import Iterable

from bench.book.contents import CONTENTS, Entry
from bench.book.findings import Book, Chapter, Row

BEGIN = "<!-- {name}: written by python -m bench.book -->\n"
END = "<!-- end of {name} -->\n"
MACHINE = "machine"
IMAGES = "img/performance"
HEAD = "| What | Figure | Ratio | To |\n|---|--:|--:|---|\n"


def with_findings(text: str, book: Book) -> str:
    """Return the page with every generated part written anew.

    Raises:
        ValueError: A marker is missing.
    """
    text = _replaced(text, MACHINE, _machine(book))
    for name, entry in CONTENTS.items():
        text = _replaced(text, name, _chapter(name, entry, book.chapters.get(name)))
    return text


def readable(value: float) -> str:
    """Return a number in three digits or so, as a person writes it."""
    size = abs(value)
    if size >= 1_000_000:
        return f"{value / 1e6:,.2f} million"
    if size >= 1_000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}" if size < 100 else f"{value:.0f}"


def _replaced(text: str, name: str, part: str) -> str:
    begin, end = BEGIN.format(name=name), END.format(name=name)
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"want a line {begin!r} and a line {end!r} in the page")
    return f"{head}{begin}{part}{end}{tail}"


def _machine(book: Book) -> str:
    rows = {**book.machine, "versions": ", ".join(f"{k} {v}" for k, v in book.versions.items())}
    return "".join(
        ["| | |\n|---|---|\n", *(f"| {key} | {value} |\n" for key, value in rows.items())]
    )


def _chapter(name: str, entry: Entry, chapter: Chapter | None) -> str:
    command = f"`python -m bench.book --only {name}`"
    if chapter is None:
        return f"Not measured yet: {command}.\n"
    how = f"{command}, more by `python -m {entry.program}`"
    when = f"{chapter.date[:16].replace('T', ' ')} UTC, {chapter.took_s:.0f} s, seed {chapter.seed}"
    if chapter.quick:
        when += ", **a quick run, which says little**"
    parts = [f"{how}; {when}.\n"]
    if chapter.findings is None:
        return "\n".join([*parts, f"Not measured: {chapter.failure}\n"])
    parts.append(_table(chapter.findings.rows))
    parts += [f"{remark}\n" for remark in chapter.findings.remarks]
    parts += [
        f"![{picture.title}]({IMAGES}/{picture.name}.svg)\n"
        for picture in chapter.findings.pictures
    ]
    return "\n".join(parts)


def _table(rows: Iterable[Row]) -> str:
    return HEAD + "".join(
        f"| {row.what} | {readable(row.figure)} {row.unit}".rstrip()
        + f" | {'' if row.ratio is None else readable(row.ratio)} | {row.to} |\n"
        for row in rows
    )
