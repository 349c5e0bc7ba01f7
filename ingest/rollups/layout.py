"""How the fields of a kind are laid out in the arrays of windows."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from devices.schema import Field, FieldType, Kind
from ingest.rollups.arrays import Floats, Integers, Slots
from ingest.rollups.columns import state_words
from ingest.rollups.counters import CounterRule, counter_rule
from ingest.rollups.reach import longest_gap_ms, look_back_ms
from ingest.rollups.summing import units_of_summing

VECTOR_UNITS = 2.0**30
"""Units of summing in the length of a direction's vector."""


@dataclass(frozen=True)
class Layout:
    """Where a kind's fields are in frames and in the arrays of windows.

    `gauges`, `circular` and `ordered` (counters, then timed fields: states and booleans) are each
    the columns of some arrays.

    Attributes:
        kind: Schema.
        span_ms: The longest window that must be summed without overflow.
    """

    kind: Kind
    span_ms: int

    @cached_property
    def gauges(self) -> tuple[Field, ...]:
        """Fields that are averaged as numbers."""
        return tuple(f for f in self.kind.fields if f.type is FieldType.GAUGE and not f.circular)

    @cached_property
    def circular(self) -> tuple[Field, ...]:
        """Fields that are averaged as vectors."""
        return tuple(f for f in self.kind.fields if f.type is FieldType.GAUGE and f.circular)

    @cached_property
    def counters(self) -> tuple[Field, ...]:
        """Fields of which only differences mean something."""
        return tuple(f for f in self.kind.fields if f.type is FieldType.COUNTER)

    @cached_property
    def timed(self) -> tuple[Field, ...]:
        """States and booleans, which last."""
        return tuple(f for f in self.kind.fields if f.type in {FieldType.STATE, FieldType.BOOLEAN})

    @cached_property
    def ordered(self) -> tuple[Field, ...]:
        """Fields whose value means something only beside the one before."""
        return self.counters + self.timed

    @cached_property
    def rules(self) -> tuple[CounterRule, ...]:
        """How each counter is read."""
        return tuple(counter_rule(self.kind, field, self.span_ms) for field in self.counters)

    @cached_property
    def first_words(self) -> tuple[int, ...]:
        """For each timed field the place of its first word among those of all; last, how many."""
        ends = np.cumsum([len(state_words(field)) for field in self.timed], dtype=np.int64)
        return (0, *ends.tolist())

    @cached_property
    def units(self) -> Floats:
        """Shape (gauges,): units of summing in one unit of the field."""
        return np.array([units_of_summing(field, self.span_ms) for field in self.gauges])

    @cached_property
    def gauge_columns(self) -> Slots:
        """Columns of the gauges in a frame."""
        return self._columns(self.gauges)

    @cached_property
    def circular_columns(self) -> Slots:
        """Columns of the directions in a frame."""
        return self._columns(self.circular)

    @cached_property
    def ordered_columns(self) -> Slots:
        """Columns of the ordered fields in a frame."""
        return self._columns(self.ordered)

    @cached_property
    def longest_gap_ms(self) -> int:
        """See `reach.longest_gap_ms`."""
        return longest_gap_ms(self.kind)

    @cached_property
    def look_back_ms(self) -> int:
        """See `reach.look_back_ms`."""
        return look_back_ms(self.kind)

    def whole(self, position: int, values: Floats) -> Integers:
        """Return values of an ordered field as integers: units of summing, or codes."""
        if position < len(self.counters):
            return self.rules[position].amounts(values)
        return values.astype(np.int64)

    def _columns(self, fields: tuple[Field, ...]) -> Slots:
        return np.array([self.kind.column[field.name] for field in fields], np.intp)
