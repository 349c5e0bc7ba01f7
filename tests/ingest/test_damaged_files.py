"""Files of the service with a few bytes changed: as they were, or set aside with a clear word."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import seeds
from devices.registry import kinds
from ingest.aggregation.span_file import SpanFile
from ingest.alerts.state_file import State, StateFile
from ingest.errors import ConfigError
from ingest.mqtt.session_file import Session, SessionFile
from ingest.rollups.span import Span
from ingest.rules.reading import RulesWrong, read
from ingest.rules.trial_files import run_file
from ingest.settings import load_settings
from tests.ingest.alerts.examples import HOT, WHOLE

SPANS = frozenset({Span("rack_sensor", "hall", 3_600_000), Span("snow_gun", "ridge", 7_200_000)})
STATE = State(snapshot=b'{"version":2,"kinds":{"rack_sensor":{"clock_ms":1}}}', told=(HOT, WHOLE))
SESSION = Session("snowgrid-ingest", ("telemetry/#",))
SEEDS = Path(seeds.__file__).parent
SETTINGS = """
[mqtt]
host = "broker"
topics = ["telemetry/#"]
receive_maximum = 100
[mqtt.tls]
enabled = true
[store.influxdb]
url = "https://influxdb:8086"
[rollups]
lateness_s = 60.0
"""

KINDS = kinds()
PLACES = st.floats(0, 1, exclude_max=True)
few = settings(max_examples=60)


@st.composite
def damage(draw: st.DrawFn) -> tuple[float, int, bytes]:
    """A place in a file, how many bytes go there, and what comes."""
    return draw(PLACES), draw(st.integers(0, 4)), draw(st.binary(max_size=4))


def damaged(data: bytes, change: tuple[float, int, bytes]) -> bytes:
    place, removed, inserted = change
    at = int(len(data) * place)
    return data[:at] + inserted + data[at + removed :]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


def complaint_of(attempt: Callable[[], object]) -> str:
    """Return what is said against a file, or nothing where it is taken for what it is."""
    try:
        assert attempt()
    except (ConfigError, RulesWrong) as error:
        said = str(error)
    else:
        return ""
    assert said
    return said


def is_about(complaint: str, path: Path) -> bool:
    """Tell whether each line names the file."""
    return all(str(path) in line for line in complaint.splitlines())


@few
@given(place=PLACES, bit=st.integers(0, 7))
def test_a_state_of_alerts_with_a_flipped_bit_is_whole_or_none(
    folder: Path, place: float, bit: int
):
    path = folder / "alerts.state"
    StateFile(path).write(STATE.snapshot, STATE.told)
    path.write_bytes(flipped(path.read_bytes(), place, bit))
    wrong = complaint_of(lambda: StateFile(path).read() in (STATE, State()))
    assert not wrong or "a later one wrote it" in wrong


@few
@given(place=PLACES, bit=st.integers(0, 7))
def test_spans_with_a_flipped_bit_are_whole_or_refused(folder: Path, place: float, bit: int):
    path = folder / "rollups.json"
    SpanFile(path, 3_600_000).save(SPANS)
    path.write_bytes(flipped(path.read_bytes(), place, bit))
    assert is_about(complaint_of(lambda: SpanFile(path, 3_600_000).load() == SPANS), path)


def flipped(data: bytes, place: float, bit: int) -> bytes:
    changed = bytearray(data)
    changed[int(len(data) * place)] ^= 1 << bit
    return bytes(changed)


@few
@given(place=PLACES, bit=st.integers(0, 7))
def test_a_session_with_a_flipped_bit_starts_nothing_that_breaks_off(
    folder: Path, place: float, bit: int
):
    path = folder / "session.json"
    SessionFile(path).save(SESSION.client_id, SESSION.topics)
    path.write_bytes(flipped(path.read_bytes(), place, bit))
    wrong = complaint_of(lambda: isinstance(SessionFile(path).load(), Session | None))
    assert is_about(wrong, path)


@few
@given(change=damage())
def test_damaged_settings_are_taken_or_refused_by_name(
    folder: Path, change: tuple[float, int, bytes]
):
    path = folder / "snowgrid.toml"
    path.write_bytes(damaged(SETTINGS.encode(), change))
    complaint_of(lambda: load_settings(path, env={}))


@few
@given(change=damage())
def test_damaged_rules_are_taken_or_refused_by_name(folder: Path, change: tuple[float, int, bytes]):
    path = folder / "rules.yaml"
    path.write_bytes(damaged((SEEDS / "rules/city.yaml").read_bytes(), change))
    assert is_about(
        complaint_of(lambda: read(path.read_text("utf-8", "replace"), str(path), KINDS)), path
    )


@settings(max_examples=8)
@given(change=damage())
def test_damaged_tests_of_rules_run_or_are_refused_by_name(
    folder: Path, change: tuple[float, int, bytes]
):
    path = folder / "tests.yaml"
    text = (SEEDS / "rules/tests/city.yaml").read_bytes()
    path.write_bytes(damaged(text.replace(b"../", str(SEEDS / "rules").encode() + b"/"), change))
    complaint_of(lambda: list(run_file(path, KINDS)) or True)
