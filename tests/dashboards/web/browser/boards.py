"""Boards as a browser shows them, and how tests look at them."""

import json
from typing import cast

from dashboards.boards import all_boards
from devices.registry import kinds
from ingest.rules.files import load_rules
from snowgrid.dashboards.facts import facts_of
from tests.browser import Page

BOARDS = {
    board.uid: board
    for board in all_boards(facts_of(kinds(), load_rules((), kinds())))
    if not board.asks_prometheus
}

LOADED = """(() => {
    const status = document.querySelector('.status');
    const isWaiting = document.querySelector('[data-loading]') !== null;
    return status && status.dataset.state !== 'loading' && !isWaiting;
})()"""

WITHOUT_A_MARK = """(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    const near = (one, other) => one.every((part, at) => Math.abs(part - other[at]) < 70);
    const rgb = (node) => getComputedStyle(node).backgroundColor.match(/\\d+/g).map(Number);
    const isDrawn = (canvas, colours) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        for (let at = 0; at < data.length; at += 4) {
            const pixel = [data[at], data[at + 1], data[at + 2]];
            if (data[at + 3] > 80 && colours.some((colour) => near(pixel, colour))) return true;
        }
        return false;
    };
    const hasMark = (panel) => {
        const keys = [...panel.querySelectorAll('.swatch, .ramp-colours i')].map(rgb);
        const canvas = panel.querySelector('canvas');
        if (canvas) return isDrawn(canvas, keys);
        return panel.querySelector('.panel-body').textContent.trim() !== '';
    };
    return JSON.stringify([...document.querySelectorAll('.panel')]
        .filter((panel) => panel.dataset.state !== 'ready' || !hasMark(panel))
        .map((panel) => panel.getAttribute('aria-label')));
})()"""
"""Titles of panels on which nothing is drawn in a colour that their keys name, nor written."""

TOO_WIDE_PX = "document.documentElement.scrollWidth - innerWidth"


async def open_board(page: Page, address: str) -> None:
    """Open a board, and wait until all of it is there."""
    await page.open(address)
    await page.wait_for(LOADED)


async def titles_without_a_mark(page: Page) -> list[str]:
    """Return the titles of panels on which there is nothing to see."""
    return cast("list[str]", json.loads(str(await page.evaluate(WITHOUT_A_MARK))))


async def location(page: Page) -> str:
    """Return the address of the page, without the server's."""
    return str(await page.evaluate("decodeURIComponent(location.pathname + location.search)"))
