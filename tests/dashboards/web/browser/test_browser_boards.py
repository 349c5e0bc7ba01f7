"""Boards in the browser, wide and narrow."""

import pytest

from dashboards.asking.links import device_uid
from tests.browser import Page
from tests.dashboards.web.browser.boards import (
    BOARDS,
    TOO_WIDE_PX,
    open_board,
    titles_without_a_mark,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

RANGE = "from=now-1h&to=now"
ONE_OF_EACH_TRADE = ("air_quality", "smart_meter", "ski_lift", "ups")
"""Kinds whose boards stand for those of all others, which are made by the same rules."""

OPENED = [
    *(board.uid for board in BOARDS.values() if board.listed),
    *map(device_uid, ONE_OF_EACH_TRADE),
]


@pytest.mark.parametrize("uid", OPENED)
async def test_a_board_draws_all_its_panels_and_fits_a_phone(
    page: Page, url: str, uid: str
) -> None:
    await page.size(1600)
    await open_board(page, f"{url}/b/{uid}?{RANGE}")
    earlier = {panel.title for panel in BOARDS[uid].panels if panel.shift_s}
    assert set(await titles_without_a_mark(page)) == earlier
    await page.size(400)
    assert set(await titles_without_a_mark(page)) == earlier
    assert await page.evaluate(TOO_WIDE_PX) == 0
    assert page.errors == []
