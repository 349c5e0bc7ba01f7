"""What is shown while a load runs."""

from io import StringIO

import pytest
from rich.console import Console

from devices.load.publisher import Progress
from snowgrid.loading.live import Board
from tests.snowgrid.loading.runs import latency_of


def progress_of(at_s: float, count: int) -> Progress:
    return Progress(
        at_s=at_s,
        intended=count + 7,
        sent=count + 2,
        acknowledged=count,
        refused=2,
        online=3,
        connections=4,
        latency=latency_of(0.004),
    )


@pytest.mark.parametrize("terminal", [False, True])
def test_it_shows_rates_of_all_publishers_together_and_what_waits(terminal):
    stream = StringIO()
    console = Console(file=stream, width=200, force_terminal=terminal, highlight=False)
    with Board(console, "Load of much") as board:
        for at_s in (0.0, 1.0, 2.0):
            for publisher in (1, 0):
                board.tell(publisher, progress_of(at_s, round(at_s * 500)))
    shown = stream.getvalue()
    for figure in ("1,000/s", "000 in all", "10", "4 ms", "6 of 8"):
        assert figure in shown


def test_elsewhere_than_on_a_terminal_a_line_comes_after_the_first_second():
    stream = StringIO()
    with Board(Console(file=stream, width=200), "Load") as board:
        board.tell(0, progress_of(-0.4, 0))
        board.tell(0, progress_of(0.5, 100))
        assert not stream.getvalue()
        board.tell(0, progress_of(1.1, 200))
    assert stream.getvalue().startswith("at 1 s")
