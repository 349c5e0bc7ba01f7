from pathlib import Path

from devices.registry import kinds
from ingest.check.finding import Finding, Verdict
from ingest.check.workers import check_workers
from ingest.settings import load_settings
from ingest.workers.members import Record, RecordFile

KINDS = sorted(kinds())


def found(folder: Path, workers: int = 2, topics: str = "telemetry/#") -> list[Finding]:
    overrides = {
        "store.spool.dir": folder,
        "service.workers": workers,
        "mqtt.topics": topics,
    }
    return check_workers(load_settings(overrides=overrides, env={}), KINDS)


def counted(folder: Path, readings: dict[str, float]) -> None:
    RecordFile(folder).write(Record(readings=readings))


def test_a_service_alone_is_not_asked(tmp_path: Path) -> None:
    assert found(tmp_path, workers=1) == []


def test_a_stream_of_many_kinds_can_be_shared(tmp_path: Path) -> None:
    counted(tmp_path, dict.fromkeys(KINDS, 1e6))
    [finding] = found(tmp_path)
    assert finding.verdict is Verdict.GOOD


def test_one_kind_that_outweighs_all_others_is_told_with_what_to_do(tmp_path: Path) -> None:
    counted(tmp_path, dict.fromkeys(KINDS, 1.0) | {"smart_meter": 1e6})
    [finding] = found(tmp_path)
    assert finding.verdict is Verdict.DOUBTFUL
    assert "mqtt.topics" in finding.fix


def test_topics_that_nobody_reads_are_told(tmp_path: Path) -> None:
    verdicts = [each.verdict for each in found(tmp_path, topics="telemetry/a/#,telemetry/b/#")]
    assert verdicts == [Verdict.GOOD, Verdict.DOUBTFUL]
    with_rest = found(tmp_path, topics="telemetry/a/#,telemetry/b/#,telemetry/#")
    assert [each.verdict for each in with_rest] == [Verdict.GOOD]


def test_a_filter_that_cannot_be_cut_is_wrong(tmp_path: Path) -> None:
    [finding] = found(tmp_path, topics="telemetry/+/pdu/+")
    assert finding.verdict is Verdict.WRONG
    assert "mqtt.topics" in finding.what
