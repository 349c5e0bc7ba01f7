"""The page about dashboards names the boards that there are."""

from pathlib import Path

import pytest

from dashboards.model.tiers import longest_ms
from tests.dashboards.grafana.conftest import BOARDS

PAGE = (Path(__file__).parents[3] / "docs" / "dashboards.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "uid", [uid for uid, board in BOARDS.items() if board.listed and not board.asks_prometheus]
)
def test_a_board_is_listed_with_its_question(uid: str):
    assert f"| {BOARDS[uid].title} | {BOARDS[uid].question} |" in PAGE


def test_the_reach_of_the_tiers_is_what_the_page_says():
    hours = {tier: longest_ms(tier) / 3_600_000 for tier in ("1m", "15m")}
    assert "minutes up to a day and nine\n  hours" in PAGE
    assert hours["1m"] == pytest.approx(33, abs=0.5)
    assert "quarters of an hour up to three weeks" in PAGE
    assert hours["15m"] == pytest.approx(21 * 24, abs=12)
