"""What the browser is given."""

import socket
from typing import Any

import pytest
from aiohttp import ClientSession

from dashboards.errors import CannotListen, CannotRead
from dashboards.model.panel import Shape
from dashboards.model.query import Query
from dashboards.model.variable import Variable
from dashboards.readers.base import Choices, Series, Span
from dashboards.web.described import panel_ids
from dashboards.web.server import Address, Shown, serving
from tests.dashboards.boards.built import BOARDS, BY_UID
from tests.dashboards.web.served import LAST_HOUR, NOW_MS, client

Json = dict[str, Any]

RACK = "snowgrid-device-rack_sensor"
CHOSEN = {"site": ["hall"], "device": ["rack-1"]}
PANELS = {panel.title: number for number, panel in panel_ids(BY_UID[RACK]).items()}


class Away:
    """A store that does not answer."""

    async def read(self, _query: Query, _span: Span, _choices: Choices) -> list[Series]:
        raise CannotRead("the database is having lunch")

    async def values(self, _variable: Variable, _choices: Choices) -> list[str]:
        raise CannotRead("the database is having lunch")


async def post(asker: ClientSession, path: str, body: Json) -> tuple[int, Json]:
    async with asker.post(path, json=body) as answer:
        return answer.status, await answer.json()


async def get(asker: ClientSession, path: str) -> tuple[int, Json]:
    async with asker.get(path) as answer:
        return answer.status, await answer.json()


async def test_every_board_comes_but_those_that_only_grafana_can_draw():
    async with client() as asker:
        status, told = await get(asker, "/api/boards")
    assert (status, told["now_ms"]) == (200, NOW_MS)
    wanted = [board.uid for board in BOARDS if not board.asks_prometheus]
    assert [board["uid"] for board in told["boards"]] == wanted
    assert set(told["palette"]["severities"]) == {"info", "warning", "critical"}


async def test_a_board_says_where_each_panel_stands_and_how_it_looks():
    async with client() as asker:
        _, told = await get(asker, "/api/boards")
    (rack,) = (board for board in told["boards"] if board["uid"] == RACK)
    heading, *_ = rack["items"]
    panels = [item for item in rack["items"] if "panel" in item]
    assert heading["place"] == {"x": 0, "y": 0, "width": 24, "height": 1}
    assert heading["section"]
    assert [item["id"] for item in panels] == [*PANELS.values()]
    assert {item["panel"]["shape"] for item in panels} <= {*Shape}
    assert [each["needs"] for each in rack["variables"]] == [[], ["site"]]


async def test_variables_offer_what_the_store_has():
    async with client() as asker:
        _, sites = await get(asker, f"/api/boards/{RACK}/variables/site")
        _, devices = await get(asker, f"/api/boards/{RACK}/variables/device?var-site=hall")
        _, nowhere = await get(asker, f"/api/boards/{RACK}/variables/device?var-site=elsewhere")
        _, before = await get(asker, f"/api/boards/{RACK}/variables/device")
    assert sites == {"values": ["hall"]}
    assert devices == {"values": ["rack-1", "rack-2"]}
    assert nowhere == before == {"values": []}


async def test_a_panel_comes_with_names_times_and_values():
    number = next(n for title, n in PANELS.items() if "nlet" in title)
    async with client() as asker:
        status, told = await post(
            asker, f"/api/boards/{RACK}/panels/{number}", {**LAST_HOUR, "variables": CHOSEN}
        )
    series = told["targets"][0]["series"][0]
    (values,) = series["columns"].values()
    assert status == 200
    assert len(series["times_ms"]) == len(values)
    assert next(value for value in values if value is not None) == 20.0
    assert list(series["names"]) == list(series["columns"])
    assert series["name"] == series["names"][next(iter(series["columns"]))]
    assert told["interval_ms"] % 1_000 == 0


async def test_alerts_of_what_was_chosen_come_for_the_time_axis():
    body = {**LAST_HOUR, "variables": CHOSEN}
    async with client() as asker:
        _, told = await post(asker, f"/api/boards/{RACK}/alerts", body)
        _, other = await post(
            asker,
            f"/api/boards/{RACK}/alerts",
            {**body, "variables": {"site": ["hall"], "device": ["rack-2"]}},
        )
    (mark,) = told["alerts"]
    assert (mark["severity"], mark["alerts"]) == ("warning", 1.0)
    assert mark["time_ms"] <= NOW_MS - 600_000
    assert other == {"alerts": []}


@pytest.mark.parametrize(
    "path",
    [
        "/api/boards/nowhere/panels/1",
        f"/api/boards/{RACK}/panels/0",
        f"/api/boards/{RACK}/panels/first",
        "/api/boards/nowhere/alerts",
    ],
)
async def test_what_is_not_there_is_told(path):
    async with client() as asker:
        status, told = await post(asker, path, {**LAST_HOUR, "variables": CHOSEN})
    assert status == 404
    assert "there is no" in told["message"] or "has no" in told["message"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({}, "from_ms"),
        ({"from_ms": "now-1h", "to_ms": NOW_MS}, "from_ms"),
        ({"from_ms": NOW_MS, "to_ms": NOW_MS}, "time range is empty"),
        ({"from_ms": 0, "to_ms": 10**18}, "to_ms"),
        ({**LAST_HOUR, "width_px": 10**9}, "width_px"),
        ({**LAST_HOUR, "variables": {"site": ["hall"]}}, "choose one"),
        ({**LAST_HOUR, "variables": {"site": ["hall", "hut"], "device": ["x"]}}, "choose one"),
        ({**LAST_HOUR, "variables": {"site": ["' OR 1=1 --"], "device": ["x"]}}, "cannot be"),
        ({**LAST_HOUR, "variables": {"site": [7], "device": ["x"]}}, "variables"),
    ],
)
async def test_what_cannot_be_asked_is_told(body, complaint):
    async with client() as asker:
        status, told = await post(asker, f"/api/boards/{RACK}/panels/1", body)
    assert status == 400
    assert complaint in told["message"]


async def test_a_store_that_does_not_answer_is_told_to_the_person():
    async with client(Away()) as asker:
        answers = [
            await post(asker, f"/api/boards/{RACK}/panels/1", {**LAST_HOUR, "variables": CHOSEN}),
            await get(asker, f"/api/boards/{RACK}/variables/site"),
        ]
    assert answers == [(503, {"message": "the database is having lunch"})] * 2


async def test_every_board_has_an_address_that_can_be_loaded_again():
    async with client() as asker:
        pages = [await (await asker.get(path)).text() for path in ("/", f"/b/{RACK}")]
    assert pages[0] == pages[1]
    assert "<html" in pages[0]


async def test_a_file_that_has_not_changed_is_not_sent_again():
    async with client() as asker:
        async with asker.get("/static/vendor/echarts.min.js") as first:
            etag = first.headers["ETag"]
            assert first.headers["Cache-Control"] == "no-cache"
        async with asker.get(
            "/static/vendor/echarts.min.js", headers={"If-None-Match": etag}
        ) as again:
            assert again.status == 304


async def test_no_file_outside_of_the_package_is_sent():
    async with client() as asker, asker.get("/static/..%2f..%2f__init__.py") as answer:
        assert answer.status in {403, 404}


async def test_a_port_that_is_taken_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address(port=taken.getsockname()[1])
        with pytest.raises(CannotListen, match=f"{address.port}: Address already in use; --port"):
            async with serving(Shown(boards=BOARDS, reader=Away()), address, lambda: NOW_MS):
                pass
