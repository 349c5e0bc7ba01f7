"""Rows are committed some at a time, and it is told when there was no room."""

from collections.abc import Sequence

import numpy as np
import pytest

from ingest.aggregation import row_writer
from ingest.aggregation.figures import RollupFigures
from ingest.aggregation.row_writer import RowWriter
from ingest.core.rows import Bucket, Rows
from ingest.errors import SpoolFull


class Sink:
    """Takes what comes; says once that there is no room, if told to.

    Attributes:
        commits: Numbers of rows that were committed together.
    """

    def __init__(self, full_at: int | None = None) -> None:
        self.commits: list[int] = []
        self._full_at = full_at

    async def commit_rows(self, rows: Sequence[Rows]) -> None:
        self.commits.append(sum(map(len, rows)))
        if len(self.commits) - 1 == self._full_at:
            raise SpoolFull("no room")


def rows_of(count: int, *, of_site: bool = False) -> Rows:
    name = "site" if of_site else "device"
    tags = {name: [f"{name}-{n}" for n in range(count)]}
    return Rows(
        bucket=Bucket.ROLLUP, measurement="m_1m", tags=tags, ts_ms=np.zeros(count, int), columns={}
    )


@pytest.fixture(autouse=True)
def ten_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_writer, "ENOUGH_ROWS", 10)


async def test_rows_are_gathered_until_there_are_enough_and_the_rest_is_flushed():
    sink = Sink()
    writer = RowWriter(sink, RollupFigures())
    site = rows_of(1, of_site=True)
    for _ in range(3):
        await writer.take(iter([rows_of(5), site]))
    assert writer.sites == [site] * 3
    assert await writer.flush() == 18
    assert sink.commits == [12, 6]
    assert await writer.flush() == 0


async def test_without_room_for_some_the_others_are_tried_and_the_rows_made_to_the_last():
    sink, figures = Sink(full_at=0), RollupFigures()
    writer = RowWriter(sink, figures)
    rows = iter([rows_of(10), rows_of(10), rows_of(10), rows_of(10)])
    await writer.take(rows)
    assert next(rows, None) is None
    assert await writer.flush() is None
    assert sink.commits == [20, 20]
    assert figures.write_complaint == ""
    assert await writer.flush() == 0
