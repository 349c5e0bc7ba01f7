"""The parts of the demo, each for itself."""

import asyncio
import io
import random
from collections import Counter
from itertools import islice
from pathlib import Path

import aiomqtt
import pytest
from rich.console import Console
from rich.text import Text

from devices.fleets.file import load_fleet
from devices.gateways.broker import BrokerAddress
from devices.registry import kinds
from ingest.core.decode import Decoded
from ingest.core.ledger import Account, Ledger
from ingest.core.rejection import REASONS, Reason
from ingest.parts import make_decoder
from ingest.settings import ValidationSettings
from ingest.vitals import Vitals
from snowgrid.demo.bad_messages import FAULTS, bad_messages
from snowgrid.demo.broker import HOST, embedded_broker
from snowgrid.demo.latest import Latest
from snowgrid.demo.rate import ASCII_BLOCKS, Rate, Rates, sparkline
from snowgrid.demo.reckoning import KindCount, Reckoning
from snowgrid.demo.scene import Files, Phase, Scene
from snowgrid.demo.screen import Screen
from tests.ingest.core.examples import Publish
from tests.ingest.stores.frames import GUN, START_MS, Fleet, Reading

FLEET = load_fleet("jing-jin-ji")
NOW_MS = 1_800_000_000_000


def decoded(*messages: Publish) -> Decoded:
    return make_decoder(kinds(), ValidationSettings()).decode(messages, NOW_MS)


@pytest.mark.parametrize("seed", range(5))
def test_every_bad_message_is_rejected_for_the_reason_it_names(seed):
    rng = random.Random(seed)  # noqa: S311 - chosen faults, not secrets
    messages = islice(bad_messages(FLEET, rng, lambda: NOW_MS), 3 * len(FAULTS))
    reasons: Counter[str] = Counter()
    for message in messages:
        (letter,) = decoded(Publish(message.payload, message.topic)).dead_letters
        assert letter.reason == message.kind
        reasons[message.kind] += 1
    assert set(reasons.values()) == {3}
    assert len(reasons) == len(FAULTS)


async def test_the_embedded_broker_passes_the_largest_payload_that_the_service_takes():
    payload = bytes(65_536)
    async with (
        embedded_broker() as broker,
        aiomqtt.Client(HOST, broker.port, protocol=aiomqtt.ProtocolVersion.V5) as client,
        asyncio.timeout(20),
    ):
        await client.subscribe("telemetry/#", qos=1)
        await client.publish("telemetry/a/b/c", payload, qos=1)
        assert (await anext(aiter(client.messages))).payload == payload


async def test_the_embedded_broker_ends_with_its_context():
    async with embedded_broker() as broker:
        assert broker.process.returncode is None
    assert broker.process.returncode == 0


def test_latest_values_are_averaged_and_states_counted_over_the_devices():
    fleet, latest = Fleet(), Latest()
    for ts_ms, cold_c, mode in ((START_MS, -20, "off"), (START_MS + 1, -10, "on")):
        readings = [
            Reading("a", ts_ms, {"temperature_c": cold_c, "mode": mode}),
            Reading("b", ts_ms, {"temperature_c": -5, "mode": "on", "energy_kwh": 7}),
        ]
        latest.take([fleet.frame(GUN, readings)])
    latest.take([fleet.frame(GUN, [Reading("c", START_MS, {"mode": "off"})])])
    assert latest.devices(GUN.name) == 3
    assert list(latest.highlights(GUN)) == ["temperature -7.5 °C", "2 on, 1 off"]


def test_before_anything_was_heard_there_is_nothing_to_say():
    assert Latest().devices(GUN.name) == 0
    assert list(Latest().highlights(GUN)) == []


def test_a_rate_counts_by_the_second_and_forgets_after_a_minute():
    rate = Rate()
    for tenth in range(1_000):
        rate.sample(100 + tenth / 10, 7 * (tenth // 10))
    assert list(rate.seconds) == [7] * 60
    assert rate.per_s == 7.0


def test_seconds_without_a_sample_share_what_was_counted():
    rate = Rate()
    rate.sample(0.0, 0)
    rate.sample(3.5, 10)
    assert list(rate.seconds) == [3, 3, 4]


def test_a_sparkline_reaches_from_zero_to_the_greatest():
    assert sparkline([9, 0, 5, 10], 3) == "▁▅█"
    assert sparkline([0, 0], 5, ASCII_BLOCKS) == "__"
    assert sparkline([], 5) == ""


def reckoning(
    *,
    published: int = 10,
    committed: int = 10,
    rows: int = 10,
    received: int = 12,
    rejected: int = 2,
    unsent: int = 0,
) -> Reckoning:
    readings = Account(
        received=received, committed=committed, rejected=Counter[Reason]({"json": rejected})
    )
    return Reckoning(
        kinds=(KindCount(kind="rack", published=published, committed=committed, rows=rows),),
        bad={"json": 2},
        ledger=Ledger(readings=readings),
        unsent=unsent,
        rows_before=0,
        trouble="",
    )


def test_what_was_published_received_and_stored_alike_adds_up():
    assert reckoning().problems() == []


def test_a_reading_that_came_twice_and_is_stored_once_adds_up():
    twice = reckoning(received=13, committed=11)
    assert (twice.problems(), twice.repeated) == ([], 1)


def test_a_reading_that_arrived_unbeknown_to_its_gateway_adds_up():
    assert reckoning(rows=11, committed=11, received=13, unsent=1).problems() == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (reckoning(rows=9), "rack: 10 published, 9 in the database"),
        (reckoning(rows=11), "rack: 10 published, 11 in the database"),
        (reckoning(received=11, committed=9), "1 readings were published and never received"),
        (reckoning(received=13), "the service's own books do not balance"),
        (reckoning(rejected=1, committed=11), "bad on purpose were 2 json; rejected 1 json"),
    ],
)
def test_what_does_not_add_up_is_named(wrong, told):
    assert told in wrong.problems()


def scene(*, busy: bool = True) -> Scene:
    rejected: Counter[Reason] = Counter(dict.fromkeys(REASONS, 75))
    committed = 12_345_000
    account = Account(received=committed + rejected.total(), committed=committed, rejected=rejected)
    ledger = Ledger(messages=account, readings=account)
    ledger.committed_by_kind.update(dict.fromkeys(FLEET.devices_by_kind, 3_000_000))
    played = Scene(fleet=FLEET, files=Files(Path("data/demo.duckdb")), seed=0, duration_s=7_200.0)
    if busy:
        played.phase = Phase.PLAYING
        played.vitals = Vitals(started_at=0, broker="b:1", ledger=ledger, lag_s=0.25)
        played.broker = BrokerAddress(host=HOST, port=65_535)
        played.metrics_url = "http://127.0.0.1:65535/metrics"
        played.boards_url = "http://127.0.0.1:65534/"
        played.progress.simulated_ms = NOW_MS
    return played


def drawn(shown: Scene, width: int, height: int, encoding: str = "utf-8") -> list[str]:
    rates = Rates()
    for second in range(70):
        rates.sample(second, Ledger(messages=Account(received=second * 12_345)))
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=stream, width=width, height=height, force_terminal=True)
    with console.capture() as capture:
        console.print(Screen(shown, rates))
    return [line.rstrip() for line in Text.from_ansi(capture.get()).plain.splitlines()]


@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (140, 40), (300, 100)])
def test_the_screen_fits_the_terminal(busy, width, height):
    lines = drawn(scene(busy=busy), width, height)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width
    assert lines[-1].strip().startswith("Ctrl-C")
    assert not any("…" in line for line in lines)


def test_the_screen_says_when_books_do_not_balance():
    unbalanced = scene()
    unbalanced.vitals.ledger.messages.received += 3
    assert any("off by 3" in line for line in drawn(unbalanced, 80, 24))


def test_the_screen_says_where_a_browser_finds_the_boards():
    (line,) = (line for line in drawn(scene(), 80, 24) if "65534" in line)
    assert line.split() == ["boards", "http://127.0.0.1:65534/", "metrics", scene().metrics_url]


def test_a_terminal_without_unicode_gets_ascii():
    text = "\n".join(drawn(scene(), 80, 24, encoding="ascii"))
    assert [letter for letter in text if not letter.isascii()] == []
