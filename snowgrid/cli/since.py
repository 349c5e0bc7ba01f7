"""Points in time as a person types them."""

import re
from datetime import datetime, timedelta

FORMS = "1h, 30m, 2d, 90s, 1w, or a time like 2026-01-31T06:30"

_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")
_UNIT = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_since(text: str, now: datetime) -> datetime:
    """Return when `text` says that something began.

    Args:
        text: How long ago (`1h`), or a date or time in ISO 8601, taken as local if it names no
            offset.
        now: Aware.

    Raises:
        ValueError: It is neither; the message shows what would be.
    """
    text = text.strip()
    try:
        if ago := _AGO.fullmatch(text):
            return now - timedelta(**{_UNIT[ago[2]]: float(ago[1])})
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.astimezone()
    except (OverflowError, ValueError) as error:
        raise ValueError(f"{text!r} is no point in time; try {FORMS}") from error
