"""The rules that Grafana's dashboard-linter applies, and some of our own."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from dashboards.grafana.units import UNIT_IDS
from dashboards.grafana.wording import Macros
from dashboards.model.board import Board
from devices.units import UNIT_OF_SUFFIX
from tests.dashboards.grafana.conftest import BOARDS, parsed
from tests.dashboards.grafana.grafana import Json, panels, variables

DASHBOARDS = parsed(Macros())
EVERY_DASHBOARD = pytest.mark.parametrize("uid", DASHBOARDS)
SOURCE = "${datasource}"


def asking_panels(uid: str) -> list[Json]:
    return [panel for panel in panels(DASHBOARDS[uid]) if panel["type"] != "text"]


@EVERY_DASHBOARD
def test_the_data_source_can_be_chosen(uid: str):
    first, *others = variables(DASHBOARDS[uid])
    assert (first["type"], first["name"], first["label"]) == (
        "datasource",
        "datasource",
        "Data source",
    )
    assert first["query"] == ("prometheus" if BOARDS[uid].asks_prometheus else "influxdb")
    assert all(each["type"] != "datasource" for each in others)


@EVERY_DASHBOARD
def test_everything_asks_the_data_source_that_is_chosen(uid: str):
    assert {said["uid"] for said in _named("datasource", DASHBOARDS[uid])} == {SOURCE}
    for panel in asking_panels(uid):
        assert panel["datasource"]["uid"] == SOURCE


@EVERY_DASHBOARD
def test_every_panel_has_a_title_a_description_and_targets(uid: str):
    for panel in asking_panels(uid):
        assert panel["title"]
        assert panel["description"]
        assert panel["targets"]


@EVERY_DASHBOARD
def test_every_panel_has_a_unit_that_grafana_knows(uid: str):
    for unit in _named("unit", DASHBOARDS[uid]):
        assert unit in {*UNIT_IDS.values(), "none"}
    for panel in asking_panels(uid):
        assert panel["fieldConfig"]["defaults"]["unit"]


def test_every_unit_that_a_kind_may_use_is_known():
    assert {*UNIT_OF_SUFFIX.values()} <= {*UNIT_IDS}


@EVERY_DASHBOARD
def test_nobody_can_edit_what_the_next_release_would_overwrite(uid: str):
    assert DASHBOARDS[uid]["editable"] is False


@EVERY_DASHBOARD
def test_variables_are_asked_anew_when_the_time_range_changes(uid: str):
    for variable in variables(DASHBOARDS[uid]):
        if variable["type"] == "query":
            assert variable["refresh"] == 2


@EVERY_DASHBOARD
def test_every_variable_in_a_query_is_one_of_the_dashboard(uid: str):
    known = {variable["name"] for variable in variables(DASHBOARDS[uid])}
    for query in _named("query", DASHBOARDS[uid]):
        for name in re.findall(r"\$\{(\w+)", query):
            assert name in known | {"__from", "__to"}


@EVERY_DASHBOARD
def test_a_hidden_variable_is_there_only_where_it_is_used(uid: str):
    names = [variable["name"] for variable in variables(DASHBOARDS[uid])]
    used = any("${tier}" in query for query in _named("query", DASHBOARDS[uid]))
    assert ("tier" in names) is used


@EVERY_DASHBOARD
def test_no_two_panels_overlap(uid: str):
    places = [panel["gridPos"] for panel in DASHBOARDS[uid]["panels"]]
    for one, other in combinations(places, 2):
        apart = (
            one["x"] + one["w"] <= other["x"]
            or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"]
            or other["y"] + other["h"] <= one["y"]
        )
        assert apart, (one, other)
    assert all(place["x"] + place["w"] <= 24 for place in places)


@EVERY_DASHBOARD
def test_panels_have_numbers_of_their_own(uid: str):
    numbers = [panel["id"] for panel in DASHBOARDS[uid]["panels"]]
    assert len({*numbers}) == len(numbers)


@EVERY_DASHBOARD
def test_a_uid_is_one_that_grafana_takes(uid: str):
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", uid)
    assert DASHBOARDS[uid]["uid"] == uid


@EVERY_DASHBOARD
def test_links_lead_to_dashboards_with_variables_that_are_there(uid: str):
    for url in _named("url", DASHBOARDS[uid]):
        for target in _targets(url):
            names = {variable.name for variable in target.variables} | {"datasource"}
            mapped = set(re.findall(r"var-(\w+)=", url))
            assert mapped <= names, (url, target.uid)


@EVERY_DASHBOARD
def test_a_dashboard_says_which_question_it_answers(uid: str):
    first = panels(DASHBOARDS[uid])[0]
    assert first["options"]["content"] == f"**{BOARDS[uid].question}**"
    assert DASHBOARDS[uid]["description"] == BOARDS[uid].question


@EVERY_DASHBOARD
def test_a_dashboard_is_listed_or_reached_by_links_alone(uid: str):
    (tag,) = DASHBOARDS[uid]["tags"]
    assert (tag == "snowgrid") is BOARDS[uid].listed


def _targets(url: str) -> list[Board]:
    """Return the boards that an address may lead to: one, or one of each kind."""
    found = re.match(r"/d/([^?]+)", url)
    assert found, url
    pattern = re.sub(r"\$\{.*?\}", "\0", found[1])
    expression = ".+".join(re.escape(part) for part in pattern.split("\0"))
    boards = [board for uid, board in BOARDS.items() if re.fullmatch(expression, uid)]
    assert boards, f"{url} leads nowhere"
    return boards


def _named(key: str, node: object) -> Iterator[Any]:
    """Yield the values of a key, however deep; those of overrides are named by `id`."""
    if isinstance(node, dict):
        if node.get("id") == key and "value" in node:
            yield node["value"]
        for name, value in node.items():
            if name == key and not isinstance(value, list):
                yield value
            else:
                yield from _named(key, value)
    elif isinstance(node, list):
        for each in node:
            yield from _named(key, each)
