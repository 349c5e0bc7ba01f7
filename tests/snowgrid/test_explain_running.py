"""`snowgrid rules explain` as the running service answers it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
from typer.testing import CliRunner, Result

from ingest.http import serving
from ingest.settings import HttpSettings
from ingest.vitals import Vitals
from snowgrid.__main__ import app
from tests.ingest.rules.play import Play

Explain = Callable[..., "asyncio.Future[Result]"]
HOT = "rules: [{name: hot, kind: boiler, field: temperature_c, above: 90, for: 2m}]"


@pytest.fixture
def vitals() -> Vitals:
    return Vitals(started_at=0.0, broker="b:1883")


@pytest.fixture
async def explain(vitals: Vitals) -> AsyncIterator[Explain]:
    """Ask a service that has these vitals."""
    async with serving(HttpSettings(port=0), vitals) as url:

        def run(*arguments: str) -> Result:
            command = ["rules", "explain", *arguments, "--url", url]
            return CliRunner().invoke(app, command, env={"COLUMNS": "120"})

        yield lambda *arguments: asyncio.ensure_future(asyncio.to_thread(run, *arguments))


@pytest.fixture
def play(vitals: Vitals) -> Play:
    """A service that has heard a hot boiler."""
    play = Play(HOT)
    play.hot(0, 95)
    vitals.explain = play.engine.explain
    return play


async def test_the_service_says_what_it_has_heard(explain, play):
    told = (await explain("hot", "--site", "plant", "--device", "b-0")).output
    assert told.startswith("hot · plant/b-0 · pending\n")
    assert "temperature_c above 90 °C holds, but not yet for 2m" in told
    play.hot(120, 95)
    assert "firing" in (await explain("hot", "-s", "plant", "-d", "b-0")).output


async def test_json_is_the_explanation(explain, play):
    told = json.loads((await explain("hot", "-s", "plant", "-d", "b-0", "--json")).output)
    assert (told["standing"], told["levels"][0]["for_s"]) == ("pending", 120)
    assert play.engine.explain("hot", "plant", "b-0").because == told["because"]


@pytest.mark.usefixtures("play")
async def test_an_unknown_rule_suggests_the_nearest(explain):
    result = await explain("hott", "-s", "plant", "-d", "b-0")
    assert "did you mean 'hot'" in str(result.exception)


async def test_a_service_without_alerts_says_which_setting_that_is(explain):
    result = await explain("hot", "-s", "plant")
    assert "alerts.enabled" in str(result.exception)


async def test_a_site_must_be_named(explain):
    result = await explain("hot", "-d", "b-0")
    assert result.exit_code == 2
    assert "--site" in result.output


def test_rules_of_ones_own_are_tried_on_readings_only():
    result = CliRunner().invoke(app, ["rules", "explain", "hot", "-s", "a", "--rules", "my.yaml"])
    assert result.exit_code == 2
    assert "--readings" in result.output


def test_a_service_that_is_not_there_is_named_with_the_fix():
    command = ["rules", "explain", "hot", "-s", "plant", "--url", "http://127.0.0.1:9"]
    assert "http://127.0.0.1:9: no service answers" in str(
        CliRunner().invoke(app, command).exception
    )
