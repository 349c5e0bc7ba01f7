"""The book of figures: what is measured is what the page says."""

from pathlib import Path

import pytest

from bench.book import runner
from bench.book.__main__ import DATA, DOCS, PAGE
from bench.book.contents import CONTENTS
from bench.book.findings import Book, Chapter, Curve, Findings, Picture, Row, read_book, write_book
from bench.book.page import IMAGES, readable, with_findings
from bench.book.pictures import draw
from bench.book.scale import Scale
from bench.telegraf import agent

MACHINE = {"cores": "2"}
ROW = Row("a message", 2_500.0, "messages/s", 0.5, "the codec")


def chapter(findings: Findings | None, failure: str = "", *, quick: bool = False) -> Chapter:
    return Chapter(
        findings=findings,
        failure=failure,
        date="2026-11-22T08:10:11+00:00",
        took_s=12.3,
        quick=quick,
        seed=7,
    )


def page_of(**chapters: Chapter) -> str:
    empty = (DOCS / PAGE).read_text(encoding="utf-8")
    named = {name.replace("_", "-"): each for name, each in chapters.items()}
    return with_findings(empty, Book(MACHINE, {"snowgrid": "1"}, named))


def test_the_page_says_what_its_data_says():
    book = read_book(DOCS / DATA)
    assert book is not None
    page = (DOCS / PAGE).read_text(encoding="utf-8")
    assert with_findings(page, book) == page


def test_every_picture_of_the_page_is_there():
    book = read_book(DOCS / DATA)
    assert book is not None
    drawn = [p.name for c in book.chapters.values() if c.findings for p in c.findings.pictures]
    assert {file.stem for file in (DOCS / IMAGES).glob("*.svg")} == set(drawn)


def test_a_figure_stands_in_the_page_with_its_ratio_and_its_command():
    page = page_of(hot_path=chapter(Findings([ROW], remarks=["It rained."])))
    assert "| a message | 2,500 messages/s | 0.5 | the codec |" in page
    assert "python -m bench.book --only hot-path" in page
    assert "2026-11-22 08:10 UTC, 12 s, seed 7." in page
    assert "It rained." in page


def test_a_chapter_that_failed_says_why():
    assert "Not measured: no broker" in page_of(rules=chapter(None, "no broker"))


def test_a_quick_run_is_called_one():
    assert "a quick run" in page_of(rules=chapter(Findings([ROW]), quick=True))


def test_words_between_the_chapters_stay_as_they_are():
    page = page_of(rules=chapter(Findings([ROW])))
    assert with_findings(page, Book(MACHINE, {}, {})) == with_findings(
        (DOCS / PAGE).read_text(encoding="utf-8"), Book(MACHINE, {}, {})
    )


def test_a_page_without_its_markers_is_refused():
    with pytest.raises(ValueError, match="hot-path"):
        with_findings((DOCS / PAGE).read_text().replace("hot-path: written", ""), Book({}, {}, {}))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.1234, "0.123"), (12.34, "12.3"), (456.7, "457"), (1_234, "1,230"),
     (98_765, "98,800"), (1_680_000, "1.68 million")],
)  # fmt: skip
def test_numbers_are_written_in_three_digits(value: float, text: str):
    assert readable(value) == text


def test_a_book_survives_its_file(tmp_path: Path):
    picture = Picture(name="p", title="t", x="x", y="y", curves=[Curve("c", [1.0], [2.0])])
    book = Book(MACHINE, {}, {"rules": chapter(Findings([ROW], [picture]))})
    write_book(book, tmp_path / DATA)
    assert read_book(tmp_path / DATA) == book


def test_the_same_curves_make_the_same_picture(tmp_path: Path):
    curves = [
        Curve("to stored", [1.0, 10.0], [2.0, 3.0]),
        Curve("to PUBACK", [1.0, 10.0], [1.0, 1]),
    ]
    picture = Picture(name="p", title="Latency", x="rate", y="ms", curves=curves, bound=2.5)
    for name in ("one.svg", "two.svg"):
        draw(picture, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_rules_are_measured_against_the_path_without_them(tmp_path: Path):
    found = CONTENTS["rules"].measure(Scale(quick=True, seed=1, folder=tmp_path))
    assert found.rows[0].ratio is None
    assert all(row.ratio is not None and row.ratio > 0 for row in found.rows[1:])


def test_a_chapter_runs_in_a_process_of_its_own_and_tells_why_it_failed(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert agent.installed() is None
    failed = runner.run("telegraf", quick=True, seed=1, most_s=60)
    assert failed.findings is None
    assert "telegraf is not on the PATH" in failed.failure


def test_a_chapter_that_takes_too_long_is_given_up():
    failed = runner.run("rules", quick=True, seed=1, most_s=0.01)
    assert failed.failure == "it took longer than 0.01 s"
