"""Broker and database of a measurement."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from tests.servers.mosquitto import Mosquitto
from tests.servers.victoria_metrics import VictoriaMetrics

MEMORY = Path("/dev/shm")  # noqa: S108 - Linux keeps it in memory

Where: TypeAlias = Literal["aside", "in memory", "on disk"]
"""How the database lives with the others: `aside` as if it had a machine of its own, in memory and
with the processor time that nobody else wants; or as one of them, in memory or on their disk."""


@contextmanager
def servers(
    folder: Path, store_lives: Where = "aside", *, broker_log: Sequence[str] = ()
) -> Iterator[tuple[Mosquitto, VictoriaMetrics]]:
    """Start broker and database for as long as the context lasts.

    Args:
        folder: Of the broker's files.
        store_lives: How the database gets along with the rest.
        broker_log: More that the broker shall log.
    """
    memory = MEMORY if MEMORY.is_dir() and store_lives != "on disk" else folder
    with (
        tempfile.TemporaryDirectory(dir=memory) as disk,
        Mosquitto(folder / "broker", extra=broker_log) as broker,
        VictoriaMetrics(Path(disk)) as store,
    ):
        if store_lives == "aside":
            give_way(store.pid)
        yield broker, store


def give_way(pid: int) -> None:
    """Let all threads of a process run only when nobody else wants to.

    The database shares the cores with broker, publisher and service here, and takes more of them
    than the service does; in the field it has a machine of its own.
    """
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setscheduler(int(thread.name), os.SCHED_IDLE, os.sched_param(0))
