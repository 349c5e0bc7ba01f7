"""Damage that is done to files hits what it is said to hit, and nothing else."""

import random
from pathlib import Path

import pytest

from ingest.settings_stores import SpoolSettings
from ingest.spool.spool import Spool
from tests.torture.damage import flip, tear
from tests.torture.readings import KIND, SITE, Readings

READINGS = Readings(start_ms=1_760_000_000_000, devices=10, step_ms=10)
RECORDS, A_RECORD = 20, 7


def line(number: int) -> bytes:
    row = READINGS.row(number)
    assert row is not None
    text = f"{KIND},site={SITE},device={row.device} voltage_l1_v={row.voltage_v} {row.ts_ms}\n"
    return text.encode()


def filled(folder: Path) -> list[int]:
    """Fill a spool as a service does that is killed, and return the numbers in it."""
    numbers = [n for n in range(1, 200) if READINGS.row(n)][: RECORDS * A_RECORD]
    spool = Spool(SpoolSettings(dir=folder))
    for start in range(0, len(numbers), A_RECORD):
        spool.append(b"".join(map(line, numbers[start : start + A_RECORD])), A_RECORD)
    spool.close()
    return numbers


def left(folder: Path) -> set[int | None]:
    with Spool(SpoolSettings(dir=folder)) as spool:
        records = []
        while some := spool.read_disk(1 << 20):
            records += some
        lines = [each for record in records for each in record.payload.splitlines()]
    return {READINGS.number_of_line(each) for each in lines}


@pytest.mark.parametrize("seed", range(5))
def test_a_flipped_bit_costs_the_readings_of_one_record_and_those_are_known(
    tmp_path: Path, seed: int
):
    numbers = filled(tmp_path)
    flipped = flip(tmp_path, READINGS, random.Random(seed))  # noqa: S311 - the same each time
    assert flipped is not None
    assert len(flipped.numbers) == A_RECORD
    assert left(tmp_path) == set(numbers) - flipped.numbers


def test_a_torn_end_costs_nothing(tmp_path: Path):
    spool, letters = tmp_path / "spool", tmp_path / "letters"
    letters.mkdir()
    numbers = filled(spool)
    assert tear(spool, letters, random.Random(1)) == 1  # noqa: S311 - the same each time
    assert left(spool) == set(numbers)
