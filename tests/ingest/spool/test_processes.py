"""Processes that are killed, or run out of disk."""

import subprocess
import sys
from pathlib import Path

from tests.ingest.spool.spools import lines, open_spool, payload_of, read_all, segment_files


def command(module: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", f"tests.ingest.spool.{module}", str(folder)]


def test_a_killed_writer_loses_nothing_that_append_returned_for(tmp_path: Path):
    with subprocess.Popen(
        command("writer_process", tmp_path), stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout
        said = [int(writer.stdout.readline()) for _ in range(40)]
        writer.kill()
        said += [int(line) for line in writer.stdout if line.endswith("\n")]

    with open_spool(tmp_path) as spool:
        assert spool.inherited >= said[-1]
        assert payload_of(read_all(spool)) == lines(0, spool.inherited)


def test_a_disk_without_room_refuses_whole_records_and_takes_more_later(tmp_path: Path):
    done = subprocess.run(
        command("full_disk_process", tmp_path), capture_output=True, text=True, check=True
    )
    message, appended = done.stdout.splitlines()
    assert f"{tmp_path}: File too large" in message

    assert len(segment_files(tmp_path)) == 1
    with open_spool(tmp_path) as spool:
        assert payload_of(read_all(spool)) == lines(0, int(appended) + 30)
