"""What people do with boards in the browser."""

import json
from pathlib import Path

import numpy as np
import pytest

from dashboards.asking.links import (
    ALERTS_UID,
    DATA_CENTRE_UID,
    METERS_UID,
    REGION_UID,
    device_uid,
)
from dashboards.errors import CannotRead
from dashboards.readers.duckdb_reader import DuckdbReader
from dashboards.web.preview import Stretch, previewed
from dashboards.web.server import Address, Shown, serving
from ingest.core.rows import Bucket, Rows
from ingest.stores.duckdb_file import DuckdbFile
from tests.browser import Page
from tests.dashboards.grafana.evening import BEGIN_MS, END_MS
from tests.dashboards.web.browser.boards import (
    BOARDS,
    LOADED,
    location,
    open_board,
    titles_without_a_mark,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

RANGE = "from=now-1h&to=now"
SMALL_UID = device_uid("visitor_gate")
"""A board that is drawn quickly."""
HEADING = "document.querySelector('h1').textContent"
PLOT = """JSON.stringify((() => {
    const canvas = document.querySelector('.panel-timeseries canvas').getBoundingClientRect();
    return [canvas.left, canvas.top, canvas.width, canvas.height];
})())"""


async def test_links_lead_down_to_a_device_and_up_again(page: Page, url: str) -> None:
    await page.size(1600)
    await open_board(page, f"{url}/b/{REGION_UID}?{RANGE}")
    await click(page, "[aria-label='PUE by hall'] .legend a")
    assert await location(page) == f"/b/{DATA_CENTRE_UID}?{RANGE}&var-site=shougang"
    await choose(page, "site", "zhangbei")
    await click(page, "[aria-label='Worst racks'] a.bar")
    assert await page.evaluate(HEADING) == "Rack sensor"
    assert "var-site=zhangbei&var-device=rack-" in await location(page)
    await click(page, ".breadcrumb li:last-child a")
    assert await location(page) == f"/b/{DATA_CENTRE_UID}?{RANGE}&var-site=zhangbei"
    await page.evaluate("history.back()")
    await page.wait_for(f"{HEADING} === 'Rack sensor' && {LOADED}")
    assert page.errors == []


async def test_another_site_is_chosen_with_what_depends_on_it(page: Page, url: str) -> None:
    address = f"{url}/b/{device_uid('ski_lift')}?{RANGE}"
    await open_board(page, f"{address}&var-site=genting&var-device=chair-2")
    await choose(page, "site", "wanlong")
    assert (await location(page)).endswith(f"?{RANGE}&var-site=wanlong")
    await open_board(page, url + await location(page))
    chosen = "document.querySelector('[data-variable=site] select').value"
    assert await page.evaluate(chosen) == "wanlong"


async def test_dragging_over_a_chart_chooses_a_range(page: Page, url: str) -> None:
    await page.size(1600)
    await open_board(page, f"{url}/b/{METERS_UID}?{RANGE}")
    left, top, width, height = json.loads(str(await page.evaluate(PLOT)))
    middle = top + height / 2
    await page.drag((left + width * 0.4, middle), (left + width * 0.7, middle))
    await page.wait_for("location.search.includes('from=1') && " + LOADED)
    address = await location(page)
    from_ms, to_ms = (int(part.split("=")[1]) for part in address.split("?")[1].split("&")[:2])
    assert BEGIN_MS < from_ms < to_ms < END_MS


async def test_a_new_reading_is_shown_without_anything_being_done(
    page: Page, url: str, store: tuple[DuckdbFile, DuckdbReader]
) -> None:
    await open_board(page, f"{url}/b/{ALERTS_UID}?{RANGE}&refresh=1")
    summary = "<b onclick='x'>just now</b>"
    store[0].commit_rows([alert(summary)])
    await page.wait_for(f"document.body.textContent.includes({json.dumps(summary)})")
    assert page.errors == []


async def test_dark_and_light_follow_the_system_until_one_is_chosen(page: Page, url: str) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    await open_board(page, f"{url}/b/{SMALL_UID}?{RANGE}")
    await page.prefer("light")
    light = await page.evaluate(background)
    await page.prefer("dark")
    dark = await page.evaluate(background)
    await page.evaluate("document.getElementById('theme').click()")
    assert await page.evaluate(background) == light != dark
    await open_board(page, f"{url}/b/{SMALL_UID}")
    assert await page.evaluate(background) == light
    await page.evaluate("localStorage.clear()")
    await page.prefer("light")


async def test_a_store_that_cannot_be_read_is_named_in_every_panel(page: Page) -> None:
    def refuse() -> None:
        raise CannotRead("the file is open elsewhere")

    shown = Shown(boards=[BOARDS[REGION_UID]], reader=DuckdbReader(refuse))  # type: ignore[arg-type] # never connects
    async with serving(shown, Address(), lambda: END_MS) as base_url:
        await open_board(page, f"{base_url}/")
        told = "[...document.querySelectorAll('.panel-message')].map((each) => each.textContent)"
        assert set(json.loads(str(await page.evaluate(f"JSON.stringify({told})")))) == {
            "the file is open elsewhere"
        }


async def test_an_unknown_board_is_named_and_others_are_offered(page: Page, url: str) -> None:
    await page.open(f"{url}/b/no-such-board")
    await page.wait_for("document.querySelectorAll('.boards a').length > 3")
    assert await page.evaluate(HEADING) == "No such board"


async def test_a_page_from_disk_shows_its_board(
    page: Page, store: tuple[DuckdbFile, DuckdbReader], tmp_path: Path
) -> None:
    boards = [BOARDS[METERS_UID]]
    async for written in previewed(boards, Stretch(from_ms=BEGIN_MS, to_ms=END_MS), store[1]):
        (tmp_path / written.name).write_text(written.html, encoding="utf-8")
        await open_board(page, (tmp_path / written.name).as_uri())
    earlier = {panel.title for panel in BOARDS[METERS_UID].panels if panel.shift_s}
    assert set(await titles_without_a_mark(page)) == earlier
    assert page.errors == []


async def click(page: Page, selector: str) -> None:
    """Click what a selector finds, and wait until the board it leads to is there."""
    found = f"document.querySelector({json.dumps(selector)})"
    await page.wait_for(f"{found} !== null")
    await page.evaluate(f"{found}.click()")
    await page.wait_for(LOADED)


async def choose(page: Page, variable: str, value: str) -> None:
    """Choose a value of a variable, and wait until the board is drawn with it."""
    select = f"document.querySelector('[data-variable={variable}] select')"
    await page.evaluate(
        f"{select}.value = {json.dumps(value)}; {select}.dispatchEvent(new Event('change'))"
    )
    await page.wait_for(LOADED)


def alert(summary: str) -> Rows:
    """Return an alert that began just now."""
    return Rows(
        bucket=Bucket.RAW,
        measurement="alert",
        tags={"site": ["aaa"], "kind": ["ups"], "device": ["ups-1"], "rule": ["new"]},
        ts_ms=np.array([END_MS - 1_000], np.int64),
        columns={
            "state": ["firing"],
            "severity": ["critical"],
            "summary": [summary],
            "value": np.array([1.0]),
            "firing": np.array([1.0]),
        },
    )
