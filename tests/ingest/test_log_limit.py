import io
import json
import logging

from ingest.log_limit import EVERY_S, MOST_SORTS, LogLimit
from ingest.logs import configure_logging
from ingest.settings import LogSettings


class Log:
    """What a limit lets through, as text."""

    def __init__(self, most: int = 3) -> None:
        self.now = 0.0
        self.limit = LogLimit(most, clock=lambda: self.now)

    def log(self, words: str, *args: object, level: int = logging.WARNING) -> list[str]:
        record = logging.LogRecord("ingest.mqtt", level, "", 0, words, args, None)
        return [each.getMessage() for each in self.limit.pass_on(record)]


def test_a_flood_becomes_a_few_lines_and_a_number():
    log = Log()
    lines = [line for n in range(4_315) for line in log.log("device %d is odd", n)]
    assert lines == ["device 0 is odd", "device 1 is odd", "device 2 is odd"]
    log.now = EVERY_S
    assert log.log("all is well", level=logging.INFO) == [
        "… and 4,312 more of these: device 4314 is odd",
        "all is well",
    ]
    assert log.log("device %d is odd", 7) == ["device 7 is odd"]


def test_other_words_and_lines_below_warning_are_not_held_back():
    log = Log(most=1)
    for _ in range(3):
        log.log("device is odd")
    assert log.log("device is even") == ["device is even"]
    assert [log.log("figures", level=logging.INFO) for _ in range(3)] == [["figures"]] * 3


def test_what_is_held_back_at_the_end_is_told_then():
    log = Log(most=1)
    for _ in range(3):
        log.log("device is odd")
    assert [each.getMessage() for each in log.limit.rest()] == [
        "… and 2 more of these: device is odd"
    ]
    assert list(log.limit.rest()) == []


def test_sorts_without_end_take_no_memory_without_end():
    log = Log(most=1)
    for n in range(3 * MOST_SORTS):
        log.log(f"made up {n}")
        log.log(f"made up {n}")
    assert len(log.limit._seen) == MOST_SORTS
    assert log.limit._held_back <= set(log.limit._seen)


def test_the_log_of_the_service_never_floods():
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        configure_logging(LogSettings(format="json"), stream)
        for n in range(1_000):
            logging.getLogger("ingest.mqtt").error("odd", extra={"number": n})
        (ours,) = [each for each in root.handlers if each not in handlers]
        ours.close()
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(events) == 21
    assert (events[0]["event"], events[0]["number"]) == ("odd", 0)
    assert (events[-1]["event"], events[-1]["level"]) == (
        "… and 980 more of these: odd",
        "error",
    )
