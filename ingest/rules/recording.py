"""Recorded messages, line by line, as frames: what rules can be tried on without a broker.

A line is `telemetry/…/DEVICE {payload}`, as `mosquitto_sub -v` prints it, or an object with
`topic` and `payload`, as `mosquitto_sub -F '%J'` does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import orjson

from devices.schema import Kind
from ingest.core.decode import Decoder
from ingest.core.frame import Frame
from ingest.core.payload import PayloadLimits
from ingest.core.plausibility import TimeWindow
from ingest.rules.arrays import Bools

BATCH = 1_000
FOREVER_MS = 1e18


class NotRecorded(ValueError):
    """A line is no message, or its message no reading; the text names the line."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message as it was recorded."""

    topic: str
    payload: bytes
    retain: bool = False


def replayed(lines: Iterable[str], kinds: Mapping[str, Kind]) -> Iterator[tuple[list[Frame], int]]:
    """Yield the frames of each second of event time, and the latest timestamp so far.

    Args:
        lines: Messages; readings without `ts` have the latest timestamp before them.
        kinds: The kinds there are.

    Raises:
        NotRecorded: A line cannot be read.
    """
    window = TimeWindow(max_future_ms=FOREVER_MS, max_age_ms=FOREVER_MS)
    decoder = Decoder(kinds, PayloadLimits(), window)
    numbered = enumerate((line for line in lines if line.strip()), start=1)
    now_ms = 0
    while batch := list(islice(numbered, BATCH)):
        decoded = decoder.decode([_message(number, line) for number, line in batch], now_ms)
        if decoded.dead_letters:
            letter = decoded.dead_letters[0]
            raise NotRecorded(f"{letter.topic}: {letter.place} {letter.message}")
        for frames in _by_second(decoded.frames):
            now_ms = max(now_ms, *(int(frame.ts_ms.max()) for frame in frames))
            yield frames, now_ms


def _message(number: int, line: str) -> Recorded:
    try:
        if line.lstrip().startswith("{"):
            entry = orjson.loads(line)
            payload = entry["payload"]
            told = payload.encode() if isinstance(payload, str) else orjson.dumps(payload)
            return Recorded(str(entry["topic"]), told)
        topic, payload = line.split(maxsplit=1)
        return Recorded(topic, payload.encode())
    except (orjson.JSONDecodeError, KeyError, ValueError) as error:
        raise NotRecorded(f"line {number}: want `TOPIC PAYLOAD`: {error}") from error


def _by_second(frames: Iterable[Frame]) -> Iterator[list[Frame]]:
    seconds = [(frame, frame.ts_ms // 1000) for frame in frames]
    for second in np.unique(np.concatenate([each for _, each in seconds])) if seconds else ():
        parts = [_part(frame, each == second) for frame, each in seconds]
        yield [part for part in parts if len(part)]


def _part(frame: Frame, rows: Bools) -> Frame:
    return replace(
        frame,
        device=frame.device[rows],
        ts_ms=frame.ts_ms[rows],
        seq=frame.seq[rows],
        values=frame.values[rows],
    )
