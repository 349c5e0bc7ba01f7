"""Whatever happens in whatever order, the spool gives back exactly what it took."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ingest.errors import SpoolFull
from ingest.spool.format import SEGMENT_HEADER_BYTES, pack_record, pack_segment_header
from tests.ingest.spool.spools import crash, lines, open_spool, segment_files


class SpoolMachine(RuleBasedStateMachine):
    """A spool beside a model of it: every line ever taken, in order."""

    @initialize(memory_bytes=st.sampled_from([0, 150, 10_000]))
    def start(self, memory_bytes: int):
        self.folder = Path(tempfile.mkdtemp(prefix="spool-"))
        self.memory_bytes = memory_bytes
        self.taken = 0
        self.open()

    def open(self) -> None:
        self.spool = open_spool(
            self.folder,
            segment_bytes=400,
            max_bytes=2_000,
            memory_bytes=self.memory_bytes,
            sync=False,
        )
        self.read_point = self.spool.shipped_point

    @rule(count=st.integers(1, 30))
    def append(self, count: int):
        try:
            self.spool.append(lines(self.taken, count), count)
        except SpoolFull:
            assert self.spool.waiting
        else:
            self.taken += count

    @rule(most_bytes=st.integers(1, 900), from_memory=st.booleans())
    def read(self, most_bytes: int, from_memory: bool):  # noqa: FBT001
        read = self.spool.read_memory if from_memory else self.spool.read_disk
        for record in read(most_bytes):
            assert record.first_point <= self.read_point < record.end_point
            count = record.end_point - record.first_point
            assert record.payload == lines(record.first_point, count)
            self.read_point = record.end_point

    @rule(share=st.floats(0, 1))
    def ship(self, share: float):
        unshipped = self.read_point - self.spool.shipped_point
        self.spool.release(self.spool.shipped_point + int(unshipped * share))

    @rule()
    def save(self):
        self.spool.save()

    @rule()
    def stop_and_start(self):
        self.spool.close()
        self.open()

    @rule(torn=st.integers(0, 250), in_new_file=st.booleans())
    def crash_while_appending(self, torn: int, in_new_file: bool):  # noqa: FBT001
        crash(self.spool)
        files = segment_files(self.folder)
        record = pack_record(lines(self.taken, 10), self.taken, 10)
        if files and not in_new_file:
            with files[-1].open("ab") as file:
                file.write(record[: min(torn, len(record) - 1)])
        else:
            number = int(files[-1].name[:10]) + 1 if files else 1
            data = pack_segment_header(self.taken) + record
            name = f"{number:010d}-{self.taken:020d}.spool"
            (self.folder / name).write_bytes(data[: min(torn, len(data) - 1)])
        self.open()

    @invariant()
    def nothing_is_lost_and_nothing_grows(self):
        assert self.spool.next_point == self.taken
        assert self.spool.shipped_point <= self.read_point
        if self.spool.waiting:
            size = sum(file.stat().st_size for file in segment_files(self.folder))
            assert size - 2 * SEGMENT_HEADER_BYTES <= 2_000

    def teardown(self):
        while self.spool.unread:
            self.read(10_000, from_memory=True)
            self.read(10_000, from_memory=False)
        assert self.read_point == self.taken
        self.spool.close()
        shutil.rmtree(self.folder)


TestAnySequence = SpoolMachine.TestCase
TestAnySequence.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
