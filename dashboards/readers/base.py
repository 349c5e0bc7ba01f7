"""The seam between boards and stores: what is asked, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from dashboards.model.query import Query
from dashboards.model.tiers import tier_for
from dashboards.model.variable import Variable

Value = float | str | None
"""A number, or a word: of a state, of a boolean (`true`, `false`), or a text. None is absent."""

Choices = Mapping[str, tuple[str, ...]]
"""Values of a board's variables by name; of one that allows several, no value at all means all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The stretch of time that is looked at, and how finely.

    Attributes:
        from_ms: Its first moment, Unix milliseconds.
        to_ms: The moment after its last.
        interval_ms: Length of the intervals, aligned to the epoch, that get a row each.
    """

    from_ms: int
    to_ms: int
    interval_ms: int

    @property
    def tier(self) -> str:
        """Which windows it is read by."""
        return tier_for(self.to_ms - self.from_ms)


SHORTEST = Span(from_ms=0, to_ms=1, interval_ms=1)
"""Read by the shortest windows, which a variable asks of a tiered source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Rows of one set of tags.

    Attributes:
        tags: Those that the query keeps apart, in its order.
        columns: The query's columns by name, each with a value for each row.
        times_ms: Of the rows; None where one row stands for the whole range.
    """

    tags: Mapping[str, str]
    columns: Mapping[str, list[Value]]
    times_ms: list[int] | None = None


class Reader(Protocol):
    """Answers the questions of boards from one store.

    All stores give the same numbers for the same rows. Every call raises:
        CannotRead: The store does not answer, or not to us.
    """

    async def read(self, query: Query, span: Span, choices: Choices) -> list[Series]:
        """Answer a query.

        Series come in the order of their tags; those of a query that keeps the greatest or least,
        in the order of their values. Rows come in the order of time, where the query keeps the
        newest the newest first. A series in which every value is absent does not come.

        Args:
            query: What is asked. Over time, the interval that holds `span.from_ms` is read as a
                whole. Where nothing aggregates, the 2,000 newest rows of each series are read.
            span: When.
            choices: Values of the board's variables.
        """
        ...

    async def values(self, variable: Variable, choices: Choices) -> list[str]:
        """Return what can be chosen, in order, whenever it was stored.

        Args:
            variable: One that asks the store.
            choices: Values of the variables before it.
        """
        ...
