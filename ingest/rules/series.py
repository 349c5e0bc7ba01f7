"""The compact notation for series in tests of rules: `22x10 28x5 _x3 22+0.5x10`.

`VALUExN` is a value N times, `START+STEPxN` and `START-STEPxN` are N values that begin at START,
`_xN` is N times no reading; without `xN`, once. States are words, in quotes where they have
spaces: `'OL CHRG'x3 OFF`; booleans are `true` and `false`.
"""

import re
from collections.abc import Iterator

from devices.fleets.values import among
from devices.schema import Field
from ingest.rules.plan import words_of

MOST = 100_000

_TERM = re.compile(r"\s*(?:'([^']*)'|(\S+?))(?:x(\d+))?(?=\s|$)")
_RAMP = re.compile(r"([-+]?[\d.]+(?:e[-+]?\d+)?)([-+][\d.]+(?:e[-+]?\d+)?)")


def values_of(series: str, field: Field) -> list[float | None]:
    """Return the values of a series, None for no reading, states and booleans as codes.

    Raises:
        ValueError: It is no series of this field; the message quotes what is wrong.
    """
    values: list[float | None] = []
    at = 0
    text = series.rstrip()
    while at < len(text):
        term = _TERM.match(text, at)
        if not term:
            raise ValueError(f"cannot read {text[at:].strip()!r}")
        at = term.end()
        values.extend(_term(term[1], term[2], int(term[3] or 1), field))
        if len(values) > MOST:
            raise ValueError(f"more than {MOST:,} readings")
    return values


def _term(quoted: str | None, bare: str | None, count: int, field: Field) -> Iterator[float | None]:
    if bare == "_":
        yield from [None] * min(count, MOST + 1)
        return
    word = bare if quoted is None else quoted
    start, step = _number_or_code(word or "", field)
    yield from (start + step * number for number in range(min(count, MOST + 1)))


def _number_or_code(word: str, field: Field) -> tuple[float, float]:
    known = words_of(field)
    if known:
        if word not in known:
            raise ValueError(f"{field.name} is never {word!r}: {among(word, known)}")
        return float(known.index(word)), 0.0
    ramp = _RAMP.fullmatch(word)
    try:
        return (float(ramp[1]), float(ramp[2])) if ramp else (float(word), 0.0)
    except ValueError:
        raise ValueError(f"{word!r} is no number; want 22, 22x10, 22+0.5x10 or _x3") from None
