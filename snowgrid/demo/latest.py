"""The latest reading of every device, and what is worth saying about them."""

from collections.abc import Iterator, Sequence

import numpy as np

from devices.arrays import Floats
from devices.readings import decimals_of
from devices.schema import Field, FieldType, Kind
from ingest.core.frame import Frame

MOST_DECIMALS = 2
WORDS = 2  # states of a field that are named, the most frequent ones


class Latest:
    """Keeps the latest reading of every device, by kind."""

    def __init__(self) -> None:
        self._values: dict[str, Floats] = {}

    def take(self, frames: Sequence[Frame]) -> None:
        """Take readings that have become durable; where a device has several, the last."""
        for frame in frames:
            values = self._grown(frame.kind, len(frame.sources))
            values[frame.device, :-1] = frame.values
            values[frame.device, -1] = 1.0

    def devices(self, kind: str) -> int:
        """Return how many devices of a kind were heard."""
        return len(self._heard(kind)) if kind in self._values else 0

    def highlights(self, kind: Kind) -> Iterator[str]:
        """Yield what the kind's devices say now, in phrases, in the order of its fields.

        Gauges are averaged over the devices that report them, states are counted by their words.
        """
        if kind.name not in self._values:
            return
        heard = self._heard(kind.name)
        for column, field in enumerate(kind.fields):
            values = heard[:, column]
            values = values[~np.isnan(values)]
            if len(values) and field.type is FieldType.GAUGE and not field.circular:
                yield _mean(field, values)
            elif len(values) and field.type is FieldType.STATE:
                yield _counts(field, values)

    def _heard(self, kind: str) -> Floats:
        """Return the latest readings, a row for each device heard."""
        values = self._values[kind]
        return values[values[:, -1] == 1.0, :-1]

    def _grown(self, kind: Kind, count: int) -> Floats:
        """Return room for so many sources; the last column tells which of them were heard."""
        values = self._values.get(kind.name, np.empty((0, len(kind.fields) + 1)))
        if count > len(values):
            more = np.full((2 * count - len(values), values.shape[1]), np.nan)
            values = self._values[kind.name] = np.concatenate([values, more])
        return values


def _mean(field: Field, values: Floats) -> str:
    decimals = min(MOST_DECIMALS, decimals_of(field.resolution or 1.0))
    return f"{_short(field)} {values.mean():,.{decimals}f} {field.unit}".rstrip()


def _counts(field: Field, values: Floats) -> str:
    counts = np.bincount(values.astype(np.int64), minlength=len(field.states))
    most = np.argsort(-counts, kind="stable")[:WORDS]
    return ", ".join(f"{counts[code]:,} {field.states[code]}" for code in most if counts[code])


def _short(field: Field) -> str:
    """Return the title as it stands in a sentence, without a word that the unit says as well."""
    title = field.title.removesuffix(" temperature") if field.unit == "°C" else field.title
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
