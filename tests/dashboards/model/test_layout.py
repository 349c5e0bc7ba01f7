"""Where panels stand."""

from hypothesis import given
from hypothesis import strategies as st

from dashboards.model.board import Board, Place, Section, laid_out
from dashboards.model.panel import COLUMNS, Panel, Shape

SIZES = st.tuples(st.integers(1, COLUMNS), st.integers(1, 20))
SECTIONS = st.lists(st.lists(SIZES, max_size=8), max_size=5)


def a_board(sections: list[list[tuple[int, int]]]) -> Board:
    return Board(
        uid="snowgrid-example",
        title="Example",
        question="Does it fit?",
        sections=tuple(
            Section(title="Section", panels=tuple(a_text(*size) for size in sizes))
            for sizes in sections
        ),
    )


def a_text(width: int, height: int) -> Panel:
    return Panel(
        shape=Shape.TEXT, title="Text", description="Text.", text="…", width=width, height=height
    )


def cells(place: Place) -> set[tuple[int, int]]:
    columns, rows = range(place.width), range(place.height)
    return {(place.x + column, place.y + row) for column in columns for row in rows}


@given(sections=SECTIONS)
def test_no_two_panels_overlap_and_none_leaves_the_width(sections):
    taken: set[tuple[int, int]] = set()
    for placed in laid_out(a_board(sections)):
        here = cells(placed.place)
        assert not here & taken
        assert placed.place.x + placed.place.width <= COLUMNS
        taken |= here


@given(sections=SECTIONS)
def test_headings_and_panels_keep_their_order(sections):
    places = [placed.place for placed in laid_out(a_board(sections))]
    assert len(places) == sum(1 + len(sizes) for sizes in sections)
    assert places == sorted(places, key=lambda place: (place.y, place.x))
