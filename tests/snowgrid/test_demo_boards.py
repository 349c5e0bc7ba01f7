"""The boards that the demo shows while it plays."""

import json
import re
import signal
import time
import urllib.request
from pathlib import Path

from tests.eventually import eventually
from tests.snowgrid.test_demo import STORE, running

BOARD = "snowgrid-pipeline"
MINUTE_MS = 60_000


def answers(url: str) -> list[dict[str, object]]:
    """Return what each panel of a board shows of the last minute."""
    with urllib.request.urlopen(f"{url}api/boards") as answer:
        (board,) = (each for each in json.load(answer)["boards"] if each["uid"] == BOARD)
    ids = [item["id"] for item in board["items"] if item.get("panel", {}).get("targets")]
    return [shown(url, number) for number in ids]


def shown(url: str, number: str) -> dict[str, object]:
    now_ms = round(time.time() * 1_000)
    request = urllib.request.Request(
        f"{url}api/boards/{BOARD}/panels/{number}",
        json.dumps({"from_ms": now_ms - MINUTE_MS, "to_ms": now_ms + MINUTE_MS}).encode(),
    )
    with urllib.request.urlopen(request) as answer:
        found: dict[str, object] = json.load(answer)
    return found


def has_rows(url: str) -> bool:
    return any(target["series"] for answer in answers(url) for target in answer["targets"])  # type: ignore[attr-defined]


async def test_boards_are_alive_while_the_demo_writes_and_its_books_balance(tmp_path: Path):
    with running(tmp_path) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        found = next(filter(None, (re.match("Boards for a browser: (.*)", line) for line in lines)))
        await eventually(lambda: has_rows(found[1]), within_s=40)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert "The ledger balances" in output
    assert f"dashboards serve --store '{STORE}'" in output
