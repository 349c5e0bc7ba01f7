"""What Telegraf is told, and how its points are compared with ours."""

import tomllib

import pytest

from bench.telegraf.configuration import Output, Parser, Tuning, text
from bench.telegraf.same_points import agreement
from tests.servers.influxql import Row
from tests.servers.mosquitto import Mosquitto


@pytest.mark.parametrize("parser", ["json_v2", "xpath_json"])
def test_telegraf_keeps_a_session_and_gives_the_tags_that_snowgrid_gives(tmp_path, parser: Parser):
    tuning = Tuning(parser=parser, batch=500, undelivered=2_000)
    written = text(Mosquitto(tmp_path), Output(url="http://store"), "boiler", tuning, "me")
    config = tomllib.loads(written)
    [mqtt] = config["inputs"]["mqtt_consumer"]
    assert (mqtt["qos"], mqtt["persistent_session"], mqtt["client_id"]) == (1, True, "me")
    assert mqtt["topics"] == ["telemetry/+/boiler/+"]
    assert mqtt["topic_tag"] == ""
    assert mqtt["data_format"] == parser
    [topic] = mqtt["topic_parsing"]
    assert topic["tags"] == "_/site/_/device"
    assert topic["measurement"] == "_/_/measurement/_"
    assert (config["agent"]["metric_batch_size"], mqtt["max_undelivered_messages"]) == (500, 2_000)


def row(ts_ms: int, **fields: float | str) -> Row:
    return {"device": "d", "time": ts_ms, **fields}


def test_equal_points_agree_in_any_order():
    found = agreement([row(1, a=1.0), row(2, a=2.0)], [row(2, a=2.0), row(1, a=1.0)])
    assert (found.points, found.differing) == (2, 0)


@pytest.mark.parametrize("theirs", [[], [row(1, a="1")], [row(1, a=1.0, b=2.0)], [row(3, a=1.0)]])
def test_points_that_are_missing_or_of_another_type_differ(theirs: list[Row]):
    found = agreement([row(1, a=1.0)], theirs)
    assert found.differing == found.points
    assert found.example
