"""A kind of device, as boards ask about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboards.asking.columns import DEVICES_COUNT, column_name, function_for, word_in_column
from dashboards.asking.looks import look_of
from dashboards.asking.words import words_of
from dashboards.model.look import Look, Threshold, Word
from dashboards.model.query import (
    Column,
    Condition,
    Fill,
    Function,
    Query,
    Scope,
    source_of,
    window_source,
)
from dashboards.model.tiers import tier_holding
from devices.schema import Field, FieldType, Kind

CHOSEN_SITE = (Condition(name="site", variable="site"),)
CHOSEN_DEVICE = (*CHOSEN_SITE, Condition(name="device", variable="device"))
REGION: tuple[Condition, ...] = ()
BY_SITE = ("site",)

TOP = 10
"""How many devices a ranking shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Makes queries and looks of one kind; a name that the kind does not know raises.

    Columns of answers are called by their statistic: `mean`, `p95`, `running_count`.

    Attributes:
        kind: What it is about.
        thresholds: Limits that rules fire on, by field.
    """

    kind: Kind
    thresholds: Mapping[str, tuple[Threshold, ...]]

    def field(self, name: str) -> Field:
        """Return a field.

        Raises:
            ValueError: The kind has none of that name.
        """
        if name not in self.kind.column:
            raise ValueError(f"{self.kind.name}: no field {name!r}: {', '.join(self.kind.column)}")
        return self.kind.fields[self.kind.column[name]]

    def look(self, name: str, *, limits: bool = True) -> Look:
        """Return how a field is shown.

        Args:
            name: Of the field.
            limits: Whether with its limits: they are about devices, not about sums of them.
        """
        return look_of(self.field(name), self.thresholds.get(name, ()) if limits else ())

    def state_look(self, name: str) -> Look:
        """Return how a state or boolean is shown."""
        return Look(words=self.words(name))

    def words(self, name: str) -> tuple[Word, ...]:
        """Return the meanings of a state's or boolean's words."""
        return words_of(self.kind, self.field(name))

    def site(
        self,
        name: str,
        *statistics: str,
        where: tuple[Condition, ...] = CHOSEN_SITE,
        by: tuple[str, ...] = (),
        function: Function | None = None,
        over_time: bool = True,
    ) -> Query:
        """Ask for statistics of a field over the devices of a site.

        Args:
            name: Of the field.
            statistics: What is wanted of it, as in `asking.columns`.
            where: Which sites.
            by: `BY_SITE` to keep sites apart.
            function: How windows are put together, where not as usual.
            over_time: A row for each interval, or one for the whole range.
        """
        columns = self._columns(name, statistics, Scope.SITE, function)
        source = source_of(self.kind, Scope.SITE)
        return Query(source=source, columns=columns, where=where, by=by, over_time=over_time)

    def state_counts(self, name: str, where: tuple[Condition, ...] = CHOSEN_SITE) -> Query:
        """Ask over time how many devices of a site have each state."""
        counts = (f"{word_in_column(word)}_count" for word in self.field(name).states)
        return self.site(name, *counts, where=where)

    def count_look(self, name: str) -> Look:
        """Return how the columns of `state_counts` are shown."""
        columns = (
            replace(word, value=f"{word_in_column(word.value)}_count") for word in self.words(name)
        )
        return Look(decimals=0, low=0.0, words=tuple(columns))

    def count_headings(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return what the columns of `state_counts` are called."""
        return tuple((word.value, word.text) for word in self.count_look(name).words)

    def device(
        self,
        name: str,
        *statistics: str,
        function: Function | None = None,
        over_time: bool = True,
    ) -> Query:
        """Ask for statistics of a field of each device of the chosen site; see `site`."""
        return Query(
            source=source_of(self.kind, Scope.DEVICE),
            columns=self._columns(name, statistics, Scope.DEVICE, function),
            where=CHOSEN_SITE,
            by=("site", "device"),
            over_time=over_time,
        )

    def ranking(
        self,
        name: str,
        statistic: str,
        *,
        function: Function | None = None,
        least: bool = False,
    ) -> Query:
        """Ask for the devices of the chosen site with the greatest or the least values."""
        query = self.device(name, statistic, function=function, over_time=False)
        return replace(query, most=TOP, least=least)

    def raw(self, *names: str) -> Query:
        """Ask for fields of the chosen device as it reported them, over time.

        Gauges are averaged in each interval of the panel; of all others the last value counts, as
        between two states or two directions there is none.
        """
        return self._of_one_device(
            *(
                Column(field=field.name, function=_of_readings(field), name=field.name)
                for field in map(self.field, names)
            )
        )

    def readings(self) -> Query:
        """Ask how many readings came from the chosen device in each interval, 0 for none."""
        column = Column(field=self.kind.fields[0].name, function=Function.COUNT, name="readings")
        return replace(self._of_one_device(column), fill=Fill.ZERO)

    def last_message(self) -> Query:
        """Ask for all fields of the newest reading of the chosen device."""
        columns = (
            Column(field=field.name, function=Function.EVERY, name=field.name)
            for field in self.kind.fields
        )
        return replace(self._of_one_device(*columns), newest=1)

    def heard(self) -> Query:
        """Ask for devices `heard` lately, the `most` heard in the range, and the `share`, by site.

        The windows are the shortest that hold a reading of every device, whatever the range: in
        shorter ones, devices that report seldom would seem to come and go; in longer ones, silence
        would show late.
        """
        source = window_source(f"{self.kind.name}_site", tier_holding(self.kind.interval_s))
        counts = (
            Column(field=DEVICES_COUNT, function=Function.LAST, name="heard"),
            Column(field=DEVICES_COUNT, function=Function.MAX, name="most"),
        )
        by_site = Query(source=source, columns=counts, by=BY_SITE, over_time=False)
        shown = (
            Column(field="heard", function=Function.SUM, name="heard"),
            Column(field="most", function=Function.SUM, name="most"),
            Column(
                field="heard", function=Function.SUM, name="share", divided_by="most", factor=100.0
            ),
        )
        return Query(source=source, columns=shown, by=BY_SITE, over_time=False, inner=by_site)

    def _of_one_device(self, *columns: Column) -> Query:
        source = source_of(self.kind, Scope.RAW)
        return Query(source=source, columns=columns, where=CHOSEN_DEVICE, fill=Fill.NONE)

    def _columns(
        self, name: str, wanted: tuple[str, ...], scope: Scope, function: Function | None
    ) -> tuple[Column, ...]:
        field = self.field(name)
        return tuple(
            Column(
                field=column_name(field, statistic, scope),
                function=function or function_for(statistic),
                name=statistic,
            )
            for statistic in wanted
        )


def summed(query: Query, *columns: Column) -> Query:
    """Ask for the sum of a query's columns over its series: over all sites.

    Args:
        query: Kept apart by what is summed over.
        columns: What is wanted of its columns instead of each one's sum.
    """
    sums = tuple(
        Column(field=column.name, function=Function.SUM, name=column.name)
        for column in query.columns
    )
    return Query(
        source=query.source, columns=columns or sums, over_time=query.over_time, inner=query
    )


def _of_readings(field: Field) -> Function:
    averaged = field.type is FieldType.GAUGE and not field.circular
    return Function.MEAN if averaged else Function.LAST
