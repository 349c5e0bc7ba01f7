"""The modules of the page that know nothing of it, in the browser that runs them."""

import json

import pytest

from tests.browser import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOOK: dict[str, object] = {"unit": "", "decimals": None, "thresholds": [], "words": [], "empty": ""}


async def called(page: Page, url: str, module: str, function: str, *arguments: object) -> object:
    """Return what a function of a module returns, by way of JSON."""
    if not await page.evaluate(f"location.href.startsWith({json.dumps(url)})"):
        await page.open(f"{url}/static/icon.svg")
    values = ", ".join(map(json.dumps, arguments))
    found = (
        f"import('{url}/static/js/{module}.js').then((m) => JSON.stringify(m.{function}({values})))"
    )
    return json.loads(str(await page.evaluate(found)))


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (12_345.6, "W", None, "12.3\u202fkW"),
        (999.94, "W", None, "999.9\u202fW"),
        (1_234.5, "kWh", None, "1.23\u202fMWh"),
        (22.94, "°C", 1, "22.9\u202f°C"),
        (-0.04, "°C", 1, "0.0\u202f°C"),
        (0.25, "s", None, "250\u202fms"),
        (90, "s", None, "90\u202fs"),
        (5_400, "s", None, "90\u202fmin"),
        (2_960_523, "", None, "2,960,523"),
        (None, "W", None, "\u2013"),
        ("true", "", None, "true"),
    ],
)
async def test_values_are_written_for_people(
    page: Page, url: str, value: object, unit: str, decimals: int | None, text: str
) -> None:
    look = LOOK | {"unit": unit, "decimals": decimals}
    assert await called(page, url, "format", "spokenValue", value, look) == text


async def test_a_line_is_broken_where_rows_are_missing(page: Page, url: str) -> None:
    points = await called(page, url, "gaps", "broken", [0, 10, 20, 80, 90], [1, 2, 3, 4, 5], 10)
    assert points == [[0, 1], [10, 2], [20, 3], [50, None], [80, 4], [90, 5]]


async def test_a_state_does_not_last_over_a_gap(page: Page, url: str) -> None:
    values = ["on", "on", "off", "on"]
    stretches = await called(page, url, "gaps", "stretches", [0, 10, 20, 90], values, 10)
    assert stretches == [
        {"from": 0, "to": 20, "value": "on"},
        {"from": 20, "to": 30, "value": "off"},
        {"from": 90, "to": 100, "value": "on"},
    ]


@pytest.mark.parametrize(
    ("values", "thresholds", "ends"),
    [
        ([49.95, 50.05], [], (49.925, 50.075)),
        ([0, 0], [], (0, 1)),
        ([20, 25], [27, 90], (18, 28)),
        ([3, 9], [], (2, 10)),
    ],
)
async def test_an_axis_holds_the_data_and_the_limits_near_it(
    page: Page, url: str, values: list[float], thresholds: list[float], ends: tuple[float, float]
) -> None:
    look = LOOK | {"thresholds": [{"value": value} for value in thresholds]}
    extent = await called(page, url, "extent", "extentOf", values, look, False)  # noqa: FBT003
    assert isinstance(extent, dict)
    assert (extent["low"], extent["high"]) == ends


async def test_a_count_of_a_state_has_the_colour_of_the_state_everywhere(
    page: Page, url: str
) -> None:
    await page.open(f"{url}/")  # colours are asked of a page that has some
    words = [{"value": "running_count", "text": "running", "colour": "#009e73"}]
    counted = await called(
        page, url, "look", "countedColour", "running_count", LOOK | {"words": words}
    )
    other = await called(page, url, "look", "countedColour", "off_count", LOOK | {"words": words})
    assert (counted, other) == ("rgb(0, 158, 115)", None)


async def test_markdown_makes_no_element_of_markup_and_no_link_of_a_script(
    page: Page, url: str
) -> None:
    await page.open(f"{url}/")
    text = "**safe** <img src=x> [here](javascript:alert(1)) [there](/b/x) `code`"
    made = await page.evaluate(
        f"import('/static/js/markdown.js').then((m) => m.blocks({json.dumps(text)})[0].outerHTML)"
    )
    assert made == (
        "<p><strong>safe</strong> &lt;img src=x&gt; [here](javascript:alert(1)) "
        '<a href="/b/x">there</a> <code>code</code></p>'
    )
