"""Whether both put the same points into the store, by every tag, field, type and timestamp.

Speed is compared where the store keeps up with anything, and keeps numbers only. Here the store is
an InfluxDB, which keeps states and booleans as well, and every reading has all fields of its kind.
"""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.service import finish, send, start
from bench.telegraf.configuration import Output
from bench.telegraf.contestants import BROKER_LOG, KIND, Entrant
from tests.servers.facade import Facade
from tests.servers.influxd import Influxd
from tests.servers.influxql import Database, Row
from tests.servers.mosquitto import Mosquitto

WITHIN_S = 30.0
POLL_S = 0.2
DEVICES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How the points of two contestants compare.

    Attributes:
        points: That one of them or both stored.
        differing: Of them those that are not equal in both stores.
        example: Two rows that differ, or an empty string.
    """

    points: int
    differing: int
    example: str = ""


def compare(folder: Path, entrants: Sequence[Entrant], messages: int, seed: int) -> Agreement:
    """Let two contestants store the same stream, each in a bucket of its own, and compare."""
    with (
        Mosquitto(folder / "broker", extra=BROKER_LOG) as broker,
        Influxd(folder / "influxd") as influxd,
        Facade(influxd) as facade,
        ExitStack() as contestants,
    ):
        databases = []
        for number, entrant in enumerate(entrants):
            database = facade.create_bucket(f"bucket-{number}")
            output = Output(
                url=facade.url, org=facade.org, bucket=database.name, token=facade.token
            )
            contestants.enter_context(entrant(folder / database.name, broker, output))
            databases.append(database)
        stream = ["--messages", messages, "--devices", DEVICES, "--fields", 0, "--seed", seed]
        publisher = start("bench.publisher", "--port", broker.port, *stream)
        send(publisher)
        finish(publisher)
        ours, theirs = (_all_rows(database, messages) for database in databases)
    return agreement(ours, theirs)


def agreement(ours: list[Row], theirs: list[Row]) -> Agreement:
    """Compare rows by device and time."""
    left, right = ({(row["device"], row["time"]): row for row in rows} for rows in (ours, theirs))
    keys = left.keys() | right.keys()
    differing = [key for key in keys if left.get(key) != right.get(key)]
    example = f"{left.get(differing[0])} / {right.get(differing[0])}" if differing else ""
    return Agreement(points=len(keys), differing=len(differing), example=example)


def _all_rows(database: Database, messages: int) -> list[Row]:
    """Return what is stored when all is, or time has run out."""
    deadline = time.monotonic() + WITHIN_S
    while len(rows := database.rows(KIND)) < messages and time.monotonic() < deadline:
        time.sleep(POLL_S)
    return rows
