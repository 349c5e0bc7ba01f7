"""Whatever happens in whatever order, the spool gives back exactly what it took."""

import shutil
import tempfile
from itertools import pairwise
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ingest.errors import SpoolFull
from ingest.spool.format import SEGMENT_HEADER_BYTES, pack_record, pack_segment_header
from ingest.spool.position import read_position
from ingest.spool.recent import RECORD_BYTES
from ingest.spool.segment_reader import Record
from tests.ingest.spool.spools import crash, lines, open_spool, segment_files

MAX_BYTES = 4_000


class SpoolMachine(RuleBasedStateMachine):
    """A spool beside a model of it: every line ever taken, and those that ever were shipped.

    Records that were read are shipped in any order, as lanes do that overtake one another.
    """

    @initialize(memory_records=st.sampled_from([0, 1, 3, 20]), live_first=st.booleans())
    def start(self, memory_records: int, live_first: bool):  # noqa: FBT001
        self.folder = Path(tempfile.mkdtemp(prefix="spool-"))
        self.memory_bytes = memory_records * (RECORD_BYTES + 300)
        self.live_first = live_first
        self.taken = 0
        self.ever_shipped: set[int] = set()
        self.open()

    def open(self) -> None:
        self.spool = open_spool(
            self.folder,
            segment_bytes=400,
            max_bytes=MAX_BYTES,
            memory_bytes=self.memory_bytes,
            live_first=self.live_first,
            sync=False,
        )
        self.position = self.spool.shipped_point
        assert set(range(self.position)) <= self.ever_shipped
        self.read_points: set[int] = set()
        self.under_way: list[Record] = []
        self.shipped = 0

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
        records = read(most_bytes)
        for record in records:
            points = set(range(max(record.first_point, self.position), record.end_point))
            count = record.end_point - record.first_point
            assert record.payload == lines(record.first_point, count)
            assert points
            assert not points & self.read_points
            if not self.live_first:
                assert self.read_points == set(range(self.position, min(points)))
            self.read_points |= points
        assert all(one.end_point == next_.first_point for one, next_ in pairwise(records))
        self.under_way += records

    @rule(place=st.integers(0, 50))
    def ship(self, place: int):
        if self.under_way:
            record = self.under_way.pop(place % len(self.under_way))
            first_point = max(record.first_point, self.position)
            count = self.spool.release(record.first_point, record.end_point)
            assert count == record.end_point - first_point
            self.shipped += count
            self.ever_shipped.update(range(first_point, record.end_point))

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
        spool = self.spool
        assert spool.next_point == self.taken
        assert spool.unread == self.taken - self.position - len(self.read_points)
        assert 0 <= spool.backlog <= spool.unread
        assert spool.waiting == self.taken - self.position - self.shipped
        assert read_position(self.folder) <= spool.shipped_point
        assert set(range(spool.shipped_point)) <= self.ever_shipped
        if spool.waiting:
            size = sum(file.stat().st_size for file in segment_files(self.folder))
            assert size - 2 * SEGMENT_HEADER_BYTES <= MAX_BYTES

    def teardown(self):
        while self.spool.unread:
            self.read(10_000, from_memory=True)
            self.read(10_000, from_memory=False)
        while self.under_way:
            self.ship(7)
        assert self.spool.shipped_point == self.taken
        assert self.ever_shipped == set(range(self.taken))
        self.spool.close()
        shutil.rmtree(self.folder)


TestAnySequence = SpoolMachine.TestCase
TestAnySequence.settings = settings(max_examples=60, stateful_step_count=40)
