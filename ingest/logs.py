"""Log lines: for people on a terminal, one JSON object a line elsewhere.

Facts go in `extra`, the message stays the same from line to line:
`logger.warning("broker refused the connection", extra={"broker": "b:1883", "reason": "…"})`.
Nothing that came over the network can start a new line or steer a terminal, nor fill a disk: see
`ingest.log_limit`.
"""

import json
import logging
import math
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from ingest.log_limit import LogLimit
from ingest.settings import LogSettings
from ingest.text import printable

OURS = ("devices", "ingest", "snowgrid")
PLAIN_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
COLOURS = {"DEBUG": "2", "INFO": "32", "WARNING": "33", "ERROR": "31", "CRITICAL": "31;1"}
RESET = "\x1b[0m"


def configure_logging(
    settings: LogSettings, stream: TextIO | None = None, env: Mapping[str, str] | None = None
) -> None:
    """Send everything that is logged to one stream; calling it again replaces the first call.

    Libraries are heard from `warning` on, whatever the level. Python's warnings are logged.

    Args:
        settings: Level and format.
        stream: Where lines go; None takes standard error, as it is now.
        env: The environment, asked for `NO_COLOR`; None takes the process's own.
    """
    stream = stream or sys.stderr
    env = os.environ if env is None else env
    terminal = stream.isatty()
    human = settings.format == "human" or (settings.format == "auto" and terminal)
    handler = _Handler(stream)
    colour = terminal and not env.get("NO_COLOR")
    handler.setFormatter(HumanFormatter(colour=colour) if human else JsonFormatter())
    root = logging.getLogger()
    for earlier in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    root.setLevel(max(level, logging.WARNING))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)


class HumanFormatter(logging.Formatter):
    """`2026-11-22 00:05:46 INFO    connected  broker=b:1883`, in local time."""

    def __init__(self, *, colour: bool) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback follows on lines of its own, indented."""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone()
        level = f"{record.levelname:<7}"
        if self._colour:
            level = f"\x1b[{COLOURS.get(record.levelname, '0')}m{level}{RESET}"
        fields = "".join(f" {key}={_readable(value)}" for key, value in _fields(record).items())
        line = f"{moment:%Y-%m-%d %H:%M:%S} {level} {printable(record.getMessage())}"
        line += f" {fields}" if fields else ""
        traceback = self.formatException(record.exc_info) if record.exc_info else ""
        return "\n".join([line, *(f"    {printable(row)}" for row in traceback.splitlines())])


class JsonFormatter(logging.Formatter):
    """`{"ts": "…Z", "level": "info", "logger": "ingest.mqtt", "event": "connected", …}`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON; facts stand beside the event."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line = {key: _jsonable(value) for key, value in _fields(record).items()} | {
            "ts": f"{moment.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        first = ("ts", "level", "logger", "event")
        return json.dumps({key: line[key] for key in first} | line, default=str)


class _Handler(logging.StreamHandler[TextIO]):
    """Ours, to tell it from handlers that others have attached; never floods."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._limit = LogLimit()

    def emit(self, record: logging.LogRecord) -> None:
        for each in self._limit.pass_on(record):
            super().emit(each)

    def close(self) -> None:
        if not self.stream.closed:
            for each in self._limit.rest():
                super().emit(each)
        super().close()


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in vars(record).items() if key not in PLAIN_ATTRIBUTES}


def _readable(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    text = printable(str(value))
    quoted = text.replace('"', r"\"")
    return text if text and not set(text) & set(' "=') else f'"{quoted}"'


def _jsonable(value: object) -> object:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
