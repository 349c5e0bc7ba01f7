"""How much of the spool a start looks at."""

import os
from pathlib import Path

import pytest

from ingest.spool.format import SEGMENT_HEADER_BYTES
from ingest.spool.spool import Spool
from tests.ingest.spool.spools import MIB, lines, open_spool, segment_files

SEGMENT_BYTES = 20_000


def opened(folder: Path) -> Spool:
    return open_spool(folder, segment_bytes=SEGMENT_BYTES, max_bytes=64 * MIB, sync=False)


@pytest.mark.parametrize("segments", [2, 40])
def test_a_start_reads_the_last_segment_and_of_the_others_only_the_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, segments: int
):
    with opened(tmp_path) as spool:
        while len(segment_files(tmp_path)) < segments:
            spool.append(lines(spool.next_point, 100), 100)
        points = spool.next_point
    read_bytes: list[int] = []
    pread = os.pread

    def counting(file: int, length: int, offset: int) -> bytes:
        data = pread(file, length, offset)
        read_bytes.append(len(data))
        return data

    monkeypatch.setattr(os, "pread", counting)
    with opened(tmp_path) as spool:
        assert spool.waiting == points
        assert sum(read_bytes) <= segments * SEGMENT_HEADER_BYTES + SEGMENT_BYTES
        read_bytes.clear()
        spool.read_disk(1)
        assert sum(read_bytes) < SEGMENT_BYTES
