import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.logs import OURS, HumanFormatter, JsonFormatter, configure_logging
from ingest.settings import LogSettings


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)


def record(message: str, **fields: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"msg": message, "levelname": "INFO", "name": "ingest.mqtt"})
    vars(made).update(fields)
    return made


def json_line(made: logging.LogRecord) -> dict[str, object]:
    line: dict[str, object] = json.loads(JsonFormatter().format(made))
    return line


def logged(settings: LogSettings, stream: io.StringIO, env: dict[str, str] | None = None) -> str:
    configure_logging(settings, stream, env or {})
    logging.getLogger("ingest.mqtt").info("connected", extra={"broker": "b:1883", "tries": 3})
    return stream.getvalue()


def test_a_terminal_gets_a_line_for_people() -> None:
    line = logged(LogSettings(), Terminal(), {"NO_COLOR": "1"})
    assert line.endswith(" INFO    connected  broker=b:1883 tries=3\n")


def test_colour_is_for_terminals_that_want_it() -> None:
    assert "\x1b[32mINFO" in logged(LogSettings(), Terminal())
    assert "\x1b" not in logged(LogSettings(), Terminal(), {"NO_COLOR": "1"})
    assert "\x1b" not in logged(LogSettings(format="human"), io.StringIO())


def test_elsewhere_a_line_is_a_json_object_with_the_facts_beside_the_event() -> None:
    line = json.loads(logged(LogSettings(), io.StringIO()))
    assert line.pop("ts").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "ingest.mqtt",
        "event": "connected",
        "broker": "b:1883",
        "tries": 3,
    }


def test_time_is_utc_in_milliseconds() -> None:
    assert json_line(record("x", created=0.25))["ts"] == "1970-01-01T00:00:00.250Z"


def test_a_fact_cannot_pose_as_time_or_level() -> None:
    line = json_line(record("x", level="error", ts="never", event="forged"))
    assert line["level"] == "info"
    assert line["event"] == "x"
    assert line["ts"] != "never"


def test_infinity_and_objects_still_make_valid_json() -> None:
    line = json_line(record("x", lag=float("nan"), where=object))
    assert line["lag"] == "nan"
    assert line["where"] == "<class 'object'>"


@given(st.text(), st.text())
def test_no_text_can_start_a_line_or_steer_the_terminal(message: str, value: str) -> None:
    made = record("%s", args=(message,), value=value)
    for formatter in (HumanFormatter(colour=False), JsonFormatter()):
        assert formatter.format(made).isprintable()


def test_a_value_with_spaces_or_quotes_is_quoted() -> None:
    line = HumanFormatter(colour=False).format(record("x", user='the "boss"', empty="", ratio=0.1))
    assert line.endswith(r'  user="the \"boss\"" empty="" ratio=0.1')


def test_a_traceback_follows_the_line_without_passing_for_one() -> None:
    try:
        raise ValueError("bad\nINFO forged")  # noqa: TRY301 - to be caught here is its purpose
    except ValueError:
        made = record("failed", exc_info=sys.exc_info())
    _, *rows = HumanFormatter(colour=False).format(made).splitlines()
    assert all(row.startswith("    ") for row in rows)
    assert "ValueError: bad" in str(json_line(made)["exception"])


@pytest.mark.parametrize(
    ("level", "heard"), [("debug", 3), ("info", 2), ("warning", 1), ("error", 0)]
)
def test_the_level_decides_what_is_heard_of_us(level: str, heard: int) -> None:
    stream = io.StringIO()
    configure_logging(LogSettings.model_validate({"level": level}), stream)
    for told in (logging.DEBUG, logging.INFO, logging.WARNING):
        logging.getLogger("ingest.pipeline").log(told, "hello")
    assert stream.getvalue().count("hello") == heard


def test_libraries_are_heard_from_warnings_on() -> None:
    stream = io.StringIO()
    configure_logging(LogSettings(level="debug"), stream)
    logging.getLogger("aiomqtt").info("chatter")
    logging.getLogger("aiomqtt").warning("trouble")
    assert "chatter" not in stream.getvalue()
    assert "trouble" in stream.getvalue()


def test_configuring_again_does_not_say_everything_twice() -> None:
    stream = io.StringIO()
    configure_logging(LogSettings(), io.StringIO())
    assert logged(LogSettings(), stream).count("connected") == 1


def test_warnings_of_python_are_logged() -> None:
    stream = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        configure_logging(LogSettings(), stream)
        warnings.warn("old habit", stacklevel=1)
    assert "old habit" in json.loads(stream.getvalue())["event"]
