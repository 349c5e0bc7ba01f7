"""A front, an outage and a cooling failure cause the alerts that a person has found right."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import duckdb
import pytest

from tests.end_to_end.databases import InDuckdb
from tests.end_to_end.services import Ingest, ready
from tests.eventually import eventually
from tests.scenario.play import END_MS, FLEET, GOLDEN, SEED, START, line_of, played, story
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

pytestmark = pytest.mark.timeout(120)  # on a machine that does much else
SPEED = 2_000
RULES_BY_SITE = {
    "langfang": "meters-silent",
    "zhangbei": "racks-silent",
    "wanlong": "snow-guns-silent",
}


def test_the_default_rules_tell_exactly_what_is_in_the_golden_file():
    assert played() == GOLDEN.read_text(encoding="utf-8")


async def test_the_same_is_stored_when_the_fleet_is_simulated_over_a_broker(
    tmp_path: Path, launch: Launch
):
    broker = launch(Mosquitto(tmp_path / "broker"))
    kept = InDuckdb(tmp_path / "snowgrid.duckdb")
    service = launch(Ingest(tmp_path / "ingest", broker, kept, validation__retention_days=3_650))
    await ready(service)
    fleet = simulate(f"mqtt://{broker.host}:{broker.port}")
    try:
        await eventually(lambda: is_over(service.url), within_s=90)
    finally:
        fleet.send_signal(signal.SIGINT)
        fleet.wait(20)
    service.stop()
    assert story(lines_in(kept.path)) == GOLDEN.read_text(encoding="utf-8")


def simulate(broker: str) -> subprocess.Popen[bytes]:
    """Start `snowgrid simulate`, which goes on beyond the end of the story."""
    options = {
        "--broker": broker,
        "--seed": SEED,
        "--start": START.isoformat(),
        "--speed": SPEED,
        "--duration": 100,
    }
    words = [str(word) for pair in options.items() for word in pair]
    return subprocess.Popen(
        [sys.executable, "-m", "snowgrid", "simulate", FLEET, *words, "--json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def is_over(url: str) -> bool:
    """Whether the service has heard everything before the end; each site's gateway keeps order."""
    return all(clock_ms(url, rule, site) > END_MS for site, rule in RULES_BY_SITE.items())


def clock_ms(url: str, rule: str, site: str) -> int:
    with urlopen(f"{url}/alerts/explain?rule={rule}&site={site}", timeout=20) as answer:
        told: int | None = json.loads(answer.read())["clock_ms"]
    return told or 0


def lines_in(path: Path) -> list[str]:
    """The alerts that a database file holds, until the end of the story."""
    columns = "epoch_ms(ts) AS ts_ms, state, severity, rule, site, device, summary"
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(f"SELECT {columns} FROM alert WHERE ts_ms < ?", [END_MS])
        names = [column[0] for column in rows.description or ()]
        return [line_of(**dict(zip(names, row, strict=True))) for row in rows.fetchall()]
