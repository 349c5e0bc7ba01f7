from pathlib import Path

import pytest

from ingest.aggregation.span_file import SpanFile
from ingest.errors import ConfigError
from ingest.rollups.span import Span

HOUR_MS = 3_600_000
SPANS = {Span("rack_sensor", "hall", 5 * HOUR_MS), Span("snow_gun", "ridge", 6 * HOUR_MS)}


def file_at(folder: Path, span_ms: int = HOUR_MS) -> SpanFile:
    return SpanFile(folder / "data" / "rollups.json", span_ms)


def test_where_there_is_no_file_nothing_was_open(tmp_path: Path):
    assert file_at(tmp_path).load() == frozenset()


def test_the_next_run_reads_what_was_saved_last(tmp_path: Path):
    file_at(tmp_path).save([Span("snow_gun", "ridge", 0)])
    file_at(tmp_path).save(SPANS)
    assert file_at(tmp_path).load() == SPANS


def test_a_draft_that_a_crash_left_changes_nothing(tmp_path: Path):
    file_at(tmp_path).save(SPANS)
    (tmp_path / "data" / "rollups.json.new").write_bytes(b'{"half')
    assert file_at(tmp_path).load() == SPANS


def test_spans_of_another_length_become_those_that_cover_them(tmp_path: Path):
    file_at(tmp_path).save([Span("snow_gun", "ridge", 6 * HOUR_MS)])
    halves = {Span("snow_gun", "ridge", start) for start in (12 * HOUR_MS // 2, 13 * HOUR_MS // 2)}
    assert file_at(tmp_path, HOUR_MS // 2).load() == halves
    assert file_at(tmp_path, 4 * HOUR_MS).load() == {Span("snow_gun", "ridge", 4 * HOUR_MS)}


@pytest.mark.parametrize("content", ["", "[]", '{"version":1,"spans":[]}'])
def test_a_file_that_is_none_is_named_with_what_to_do(tmp_path: Path, content: str):
    file_at(tmp_path).save([])
    (tmp_path / "data" / "rollups.json").write_text(content)
    with pytest.raises(ConfigError, match=r"rollups\.json: .*delete it.*snowgrid rollup rebuild"):
        file_at(tmp_path).load()


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path):
    file_at(tmp_path).save([])
    file = tmp_path / "data" / "rollups.json"
    file.write_text(file.read_text().replace('"version":1', '"version":2'))
    with pytest.raises(ConfigError, match=r"rollups\.json: in format 2.*up to 1;.*rebuild"):
        file_at(tmp_path).load()
