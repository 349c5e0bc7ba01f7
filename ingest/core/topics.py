"""Topics say who speaks: `telemetry/{site}/{kind}/{device}`."""

from typing import NamedTuple

from devices.schema import NAME

TELEMETRY = "telemetry"
LONGEST_SHOWN = 80


class TelemetryTopic(NamedTuple):
    """The levels of a telemetry topic; none of them needs escaping anywhere."""

    site: str
    kind: str
    device: str


def parse_telemetry(topic: str) -> TelemetryTopic:
    """Take a telemetry topic apart.

    Raises:
        ValueError: It is not `telemetry/{site}/{kind}/{device}`; the message says which level is
            wrong and how.
    """
    levels = topic.split("/")
    if levels[0] != TELEMETRY or len(levels) != 4:
        raise ValueError("want telemetry/{site}/{kind}/{device}")
    parsed = TelemetryTopic(*levels[1:])
    for name, level in zip(parsed._fields, parsed, strict=True):
        if not NAME.fullmatch(level):
            raise ValueError(
                f"{name} {_shown(level)}: want 1 to 64 of a-z 0-9 _ -, not starting with _ or -"
            )
    return parsed


def _shown(level: str) -> str:
    return repr(level) if len(level) <= LONGEST_SHOWN else f"{level[:LONGEST_SHOWN]!r}…"
