"""How fast a contestant takes a stream that comes as fast as it can, and at what cost."""

import re
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bench.processes import alive, cpu_s, most_resident_mib
from bench.service import finish, send, start
from bench.telegraf.configuration import Output
from bench.telegraf.contestants import FIELD, KIND, Entrant
from tests.servers.mosquitto import Mosquitto
from tests.servers.victoria_metrics import VictoriaMetrics

POLL_S = 0.1
PATIENCE_S = 120.0
ASK_S = 30.0
ROWS = re.compile(rb'^vm_rows_inserted_total\{type="influx"\} (\d+)', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What a contestant did with a stream.

    Attributes:
        name: Of the contestant.
        readings_per_s: From the first publish to the last reading in the store.
        cpu_us: Its processor time for a reading, all its threads.
        resident_mib: The most that it had resident.
        missing: Readings that were not in the store in the end.
    """

    name: str
    readings_per_s: float
    cpu_us: float
    resident_mib: float
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Broker, store and stream, the same for all.

    Attributes:
        folder: Of the contestants' files.
        broker: With subscriptions in its log.
        store: At the other end.
        messages: How many, a reading each.
        fields: How many fields each has.
        seed: Of the devices.
    """

    folder: Path
    broker: Mosquitto
    store: VictoriaMetrics
    messages: int
    fields: int = 7
    seed: int = 1


def run(course: Course, entrant: Entrant, site: str) -> Speed:
    """Send a stream to one contestant.

    Args:
        course: What to run.
        entrant: Makes the contestant.
        site: Of the readings, by which they are told from those of others; a new one.
    """
    with entrant(course.folder / site, course.broker, Output.into(course.store)) as contestant:
        traffic = ["--messages", course.messages, "--fields", course.fields, "--seed", course.seed]
        publisher = start("bench.publisher", "--port", course.broker.port, "--site", site, *traffic)
        cpu_before_s, rows_before = cpu_s(contestant.process.pid), rows(course.store)
        started = time.perf_counter()
        send(publisher)
        values = finish(publisher)["values"]
        stored = _wait(course, site, int(rows_before + values), started + PATIENCE_S)
        if not alive(contestant.process.pid):
            raise SystemExit(f"{contestant.name} ended in the middle of the stream")
        elapsed_s = time.perf_counter() - started
        return Speed(
            name=contestant.name,
            readings_per_s=stored / elapsed_s,
            cpu_us=(cpu_s(contestant.process.pid) - cpu_before_s) / max(1, stored) * 1e6,
            resident_mib=most_resident_mib(contestant.process.pid),
            missing=course.messages - stored,
        )


def rows(store: VictoriaMetrics) -> int:
    """Return how many values the store has been given; it is asked as cheaply as can be."""
    with urllib.request.urlopen(f"{store.url}/metrics", timeout=ASK_S) as answer:  # noqa: S310 - http
        found = ROWS.search(answer.read())
    return int(found[1]) if found else 0


def _wait(course: Course, site: str, rows_expected: int, deadline: float) -> int:
    """Return how many readings are there when all are, or time has run out."""
    while rows(course.store) < rows_expected and time.perf_counter() < deadline:
        time.sleep(POLL_S)
    # A store that was given enough values may hold rows of other sorts among them.
    while (stored := course.store.count(KIND, FIELD, site=site)) < course.messages:
        if time.perf_counter() > deadline:
            break
        time.sleep(POLL_S)
    return stored
