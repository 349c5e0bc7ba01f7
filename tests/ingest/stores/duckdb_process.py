"""Commits to a DuckDB file in a process of its own, which a test can kill or deprive of disk."""

import asyncio
import resource
import sys
from pathlib import Path

from ingest.errors import SpoolFull
from ingest.stores.duckdb import DuckdbStore
from tests.ingest.stores.frames import GUN, Fleet
from tests.ingest.stores.stores import store_settings

COMMIT_ROWS = 1_000
FILE_BYTES = 3_000_000


async def commit_until_killed(folder: Path) -> None:
    """Print how many readings are committed, after each commit."""
    fleet = Fleet()
    first = 0
    async with DuckdbStore(store_settings(folder)) as store:
        while True:
            await store.commit([fleet.many(GUN, COMMIT_ROWS, first=first)])
            first += COMMIT_ROWS
            say(f"{first}")


async def commit_until_full(folder: Path) -> None:
    """Print how many readings were committed when the disk was full, then commit once more."""
    fleet = Fleet()
    first = 0
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with DuckdbStore(store_settings(folder)) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, most))
        try:
            while True:
                await store.commit([fleet.many(GUN, COMMIT_ROWS, first=first)])
                first += COMMIT_ROWS
        except SpoolFull as full:
            say(f"{first} {full}")
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        await store.commit([fleet.many(GUN, COMMIT_ROWS, first=first)])


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    jobs = {"until_killed": commit_until_killed, "until_full": commit_until_full}
    asyncio.run(jobs[sys.argv[1]](Path(sys.argv[2])))
