"""`snowgrid deadletters` shows what was rejected, and sends it again."""

import asyncio
import json
import os
import secrets
import signal
import sys
from asyncio.subprocess import Process
from dataclasses import replace
from pathlib import Path
from typing import get_args

import aiomqtt
import pytest
from hypothesis import given
from typer.testing import CliRunner, Result

from ingest.core.rejection import REASONS, DeadLetter
from ingest.dead_letters import DeadLetters
from ingest.dead_letters.replay import Outcome
from ingest.settings import DeadLetterSettings
from snowgrid.__main__ import app
from snowgrid.cli.letters import MEANING, as_text, excerpt, to_json
from snowgrid.commands import deadletters_replay
from tests.eventually import eventually
from tests.ingest.dead_letters.letters import ANY_LETTER, LETTER, numbered
from tests.servers.mosquitto import Mosquitto


@pytest.fixture
def box(tmp_path: Path) -> DeadLetters:
    return DeadLetters(DeadLetterSettings(dir=tmp_path))


def run(folder: Path, *arguments: str) -> Result:
    command = ["deadletters", *arguments, "--dir", str(folder)]
    return CliRunner().invoke(app, command, env={"COLUMNS": "160", "NO_COLOR": "1"})


def test_a_letter_is_shown_with_time_reason_topic_fault_and_payload(
    box: DeadLetters, tmp_path: Path
) -> None:
    box.append([LETTER])
    lines = run(tmp_path).output.splitlines()
    assert lines[0] == "2026-09-21T14:13:20.123Z  range     telemetry/chongli/smart_meter/m-1"
    assert lines[1] == "  $.voltage_l1_v: 9000 is outside 0…600 V"
    assert lines[2] == '  {"ts": 1790000000000, "voltage_l1_v": 9000}'
    assert lines[-1].split() == ["1", "range", *MEANING["range"].split()]


def test_only_the_newest_are_shown_and_all_are_counted(box: DeadLetters, tmp_path: Path) -> None:
    box.append([numbered(number) for number in range(30)])
    output = run(tmp_path).output
    assert "m-9\n" not in output
    assert "m-10\n" in output
    assert "30  range" in output
    assert "The newest 20 are shown" in output
    assert run(tmp_path, "--limit", "0").output.startswith("letters  reason")
    assert run(tmp_path, "-n", "30").output.count("smart_meter") == 30


def test_options_choose_letters(box: DeadLetters, tmp_path: Path) -> None:
    box.append([numbered(1), replace(numbered(2), reason="json")])
    assert "m-1\n" not in run(tmp_path, "--reason", "json").output
    assert "m-2\n" not in run(tmp_path, "--topic", "*-1").output
    assert "No such dead letters" in run(tmp_path, "--since", "1s").output
    assert "m-1\n" in run(tmp_path, "--since", "2026-09-21T14:13Z").output


def test_no_letters_is_no_error(tmp_path: Path) -> None:
    result = run(tmp_path / "nowhere")
    assert (result.exit_code, "No such dead letters" in result.output) == (0, True)


@pytest.mark.parametrize(
    "wrong", [["--since", "soon"], ["--reason", "bad luck"], ["--limit", "-1"]]
)
def test_wrong_options_are_refused(tmp_path: Path, wrong: list[str]) -> None:
    result = run(tmp_path, *wrong)
    assert result.exit_code == 2
    assert wrong[0] in result.output


def test_json_is_one_letter_a_line_and_has_text_where_there_is_text(
    box: DeadLetters, tmp_path: Path
) -> None:
    letters = [numbered(number) for number in range(29)]
    box.append([*letters, replace(LETTER, payload=b"\xff\xfe")])
    lines = [json.loads(line) for line in run(tmp_path, "--json").output.splitlines()]
    assert len(lines) == 30
    assert lines[0]["topic"] == "telemetry/chongli/smart_meter/m-0"
    assert json.loads(lines[0]["text"])["voltage_l1_v"] == 9000
    assert (lines[-1]["text"], lines[-1]["payload"]) == (None, "//4=")


@given(ANY_LETTER)
def test_no_letter_writes_on_the_terminal(letter: DeadLetter) -> None:
    assert as_text(letter).plain.replace("\n", "").isprintable()
    assert to_json(letter).isascii()


def marked(letter: DeadLetter) -> str:
    text = excerpt(letter)
    return "".join(text.plain[s.start : s.end] for s in text.spans if s.style == "bold red")


@pytest.mark.parametrize(
    ("payload", "place", "message", "fault"),
    [
        (b'{"a_v": 1, "b_v": 1e9, "c_v": 3}', "$.b_v", "", '"b_v": 1e9'),
        (b'{"ts":5,"b_v":1}', "$[3].ts", "", '"ts":5'),
        (b'{"b_v" : "high" }', "$.b_v", "", '"b_v" : "high"'),
        (b'{"a": 1, x}', "", "JSON is malformed: object keys must be strings (byte 9)", "x"),
        ("é€\udcff".encode("utf-8", "surrogateescape"), "", "in position 5: invalid", "\\"),
        (b'{"x": 1}', "$.gone", "", ""),
        (b"[]", "$", "an empty array holds no reading", ""),
        (b"short", "", "truncated (byte 99)", ""),
    ],
)
def test_the_fault_is_marked(payload: bytes, place: str, message: str, fault: str) -> None:
    assert marked(replace(LETTER, payload=payload, place=place, message=message)) == fault


def test_a_fault_far_behind_the_beginning_is_in_the_excerpt() -> None:
    payload = b"{" + b'"filler_v": 1, ' * 1_000 + b'"b_v": 1e9}'
    letter = replace(LETTER, payload=payload, place="$.b_v", size_bytes=len(payload))
    assert marked(letter) == '"b_v": 1e9'
    assert len(excerpt(letter).plain) < 200


def test_a_payload_kept_in_part_tells_its_size() -> None:
    letter = replace(LETTER, reason="size", place="", payload=b"x" * 100, size_bytes=10_000_000)
    assert excerpt(letter).plain.endswith("x… (10,000,000 bytes)")


def test_every_reason_and_every_outcome_is_explained() -> None:
    assert set(MEANING) == set(REASONS)
    assert set(deadletters_replay.MEANING) == set(get_args(Outcome))


async def start(folder: Path, *arguments: str, broker: Mosquitto | None = None) -> Process:
    """Run the command as a process of its own, with a log instead of a terminal."""
    env = os.environ | {"PYTHONUNBUFFERED": "1"}
    if broker is not None:
        env |= {"SNOWGRID_MQTT__HOST": broker.host, "SNOWGRID_MQTT__PORT": str(broker.port)}
    command = [sys.executable, "-m", "snowgrid", "deadletters", *arguments, "--dir", str(folder)]
    with (folder / "output").open("wb") as output:
        return await asyncio.create_subprocess_exec(*command, stdout=output, stderr=output, env=env)


def said(folder: Path) -> str:
    return (folder / "output").read_text()


async def test_tail_shows_letters_as_they_come_until_it_is_interrupted(
    box: DeadLetters, tmp_path: Path
) -> None:
    box.append([numbered(1)])
    process = await start(tmp_path, "--tail")
    await eventually(lambda: "m-1\n" in said(tmp_path))
    box.append([replace(numbered(2), reason="json")])
    await eventually(lambda: "m-2\n" in said(tmp_path))
    process.send_signal(signal.SIGINT)
    assert await process.wait() == 0
    assert "1  json" in said(tmp_path)
    assert "Traceback" not in said(tmp_path)


async def test_replay_sends_letters_and_says_how_many(
    mosquitto: Mosquitto, box: DeadLetters, tmp_path: Path
) -> None:
    site = f"site-{secrets.token_hex(4)}"
    topics = [f"telemetry/{site}/smart_meter/m-{number}" for number in range(3)]
    heard, unheard = (replace(LETTER, topic=topic) for topic in topics[:2])
    box.append([heard, unheard, replace(LETTER, topic=topics[2], size_bytes=70_000)])
    async with aiomqtt.Client(mosquitto.host, mosquitto.port) as subscriber:
        await subscriber.subscribe(heard.topic, qos=1)
        process = await start(tmp_path, "replay", broker=mosquitto)
        assert await process.wait() == 1
    assert [line.split()[:2] for line in said(tmp_path).splitlines()] == [
        ["1", "sent"],
        ["1", "dropped"],
        ["1", "too"],
    ]


def test_replay_without_sending_changes_nothing(box: DeadLetters, tmp_path: Path) -> None:
    box.append([numbered(1), numbered(2)])
    for _ in range(2):
        result = run(tmp_path, "replay", "--dry-run", "--topic", "*-1")
        assert (result.exit_code, result.output.strip()) == (0, "1  to be sent")


def test_replay_to_a_broker_that_is_not_there_says_so(
    box: DeadLetters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.append([LETTER])
    monkeypatch.setenv("SNOWGRID_MQTT__PORT", "1")
    result = run(tmp_path, "replay")
    assert result.exit_code == 1
    assert "127.0.0.1:1: " in result.output
    assert "check mqtt.host" in result.output


def test_options_before_the_word_replay_are_refused() -> None:
    result = CliRunner().invoke(app, ["deadletters", "--reason", "json", "replay"])
    assert (result.exit_code, "options go last" in result.output) == (2, True)


async def test_an_interrupted_replay_says_so_and_goes_on_later(
    mosquitto: Mosquitto, box: DeadLetters, tmp_path: Path
) -> None:
    topic = f"telemetry/site-{secrets.token_hex(4)}/smart_meter/m"
    box.append([replace(LETTER, topic=topic)] * 3)
    async with aiomqtt.Client(mosquitto.host, mosquitto.port) as subscriber:
        await subscriber.subscribe(topic, qos=1)
        process = await start(tmp_path, "replay", "--rate", "1", broker=mosquitto)
        async with asyncio.timeout(30):
            await anext(subscriber.messages)
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 1
        assert "Interrupted. Run it again to go on." in said(tmp_path)
        process = await start(tmp_path, "replay", broker=mosquitto)
        assert await process.wait() == 0
        assert "sent by an earlier replay" in said(tmp_path)
