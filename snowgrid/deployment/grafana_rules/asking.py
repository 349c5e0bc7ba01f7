"""What a rule looks at, in InfluxQL with Grafana's macro for the time range."""

from collections.abc import Iterable, Sequence

from dashboards.grafana.influxql import quoted, text
from dashboards.grafana.wording import BUCKETS
from dashboards.model.query import Database
from devices.schema import FieldType, Kind
from ingest.rules.rule import Aggregate, Condition, Function, Rule, Side, Signal

INNER = '"v"'
BY_DEVICE = "site", "device"
BY_SITE = ("site",)
_PERCENTILES = {Function.P05: 5, Function.P50: 50, Function.P95: 95}


class Asking:
    """Words the questions of one rule.

    Args:
        rule: Whose.
        kind: What it watches.
    """

    def __init__(self, rule: Rule, kind: Kind) -> None:
        self._rule = rule
        self._kind = kind
        measurement = f"{quoted(BUCKETS[Database.RAW])}..{quoted(kind.name)}"
        conditions = ["$timeFilter", *_scope(rule)]
        self._source = f"FROM {measurement} WHERE {' AND '.join(conditions)}"

    def latest(self, field: str) -> str:
        """Ask for each device's latest value of a numeric field."""
        return self._by_device(f"last({quoted(field)})")

    def change(self, field: str) -> str:
        """Ask by how much a field has changed over the time range."""
        return self._by_device(f"last({quoted(field)}) - first({quoted(field)})")

    def spread(self, field: str) -> str:
        """Ask how far apart a field's greatest and least value are over the time range."""
        return self._by_device(f"spread({quoted(field)})")

    def in_state(self, condition: Condition) -> str:
        """Ask for the devices whose latest word is one of the condition's: 1 each."""
        inner = self._latest_of(condition.field)
        where = f"$timeFilter AND {self._holds(condition)}"
        return f"SELECT count({INNER}) FROM ({inner}) WHERE {where} {_grouped(BY_DEVICE)}"  # noqa: S608 - all quoted

    def heard(self, bucket_s: float) -> str:
        """Ask how often each device was heard, as the mean of the last two stretches of time."""
        counted = f"moving_average(count({quoted(self._kind.fields[0].name)}), 2)"
        grouping = f"GROUP BY time({round(bucket_s)}s), {', '.join(map(quoted, BY_DEVICE))}"
        return f"SELECT {counted} {self._source} {grouping} fill(0)"

    def aggregate(self, aggregate: Aggregate, where: Condition | None = None) -> str:
        """Ask for a number over the devices of each site; counting, for those that `where` holds.

        Args:
            aggregate: Which number; of a share, only the devices are counted.
            where: Which devices are counted; None for all.
        """
        holds = f" AND {self._holds(where)}" if where else ""
        field = aggregate.field or self._kind.fields[0].name
        function, inner = _function(aggregate.function), self._latest_of(field)
        return f"SELECT {function} FROM ({inner}) WHERE $timeFilter{holds} {_grouped(BY_SITE)}"  # noqa: S608 - all quoted

    def _by_device(self, selected: str) -> str:
        return f"SELECT {selected} {self._source} {_grouped(BY_DEVICE)}"

    def _latest_of(self, field: str) -> str:
        return f"SELECT last({quoted(field)}) AS {INNER} {self._source} {_grouped(BY_DEVICE)}"

    def _holds(self, condition: Condition) -> str:
        if condition.signal is Signal.WORD:
            field = self._kind.fields[self._kind.column[condition.field]]
            boolean = field.type is FieldType.BOOLEAN
            tests = [f"{INNER} = {w if boolean else text(w)}" for w in condition.words]
            return f"({' OR '.join(tests)})" if len(tests) > 1 else tests[0]
        return f"{INNER} {'>' if condition.side is Side.ABOVE else '<'} {condition.fire!r}"


def _function(function: Function) -> str:
    if function in _PERCENTILES:
        return f"percentile({INNER}, {_PERCENTILES[function]})"
    counting = {Function.COUNT, Function.SHARE, Function.SILENT_SHARE}
    return f"{'count' if function in counting else function.value}({INNER})"


def _grouped(tags: Sequence[str]) -> str:
    return f"GROUP BY {', '.join(map(quoted, tags))}"


def _scope(rule: Rule) -> list[str]:
    """Return conditions for where a rule holds as it stands, its exceptions left out."""
    conditions = []
    if rule.sites:
        conditions.append(f'"site" =~ {_matching(rule.sites)}')
    if rule.devices:
        conditions.append(f'"device" =~ {_matching(rule.devices)}')
    for override in rule.overrides:
        parts = [
            f"{quoted(tag)} !~ {_matching(globs)}"
            for tag, globs in (("site", override.sites), ("device", override.devices))
            if globs
        ]
        conditions.append(f"({' OR '.join(parts)})")
    return conditions


def _matching(globs: Iterable[str]) -> str:
    """Return a regular expression, of the sort that InfluxQL has, for names that fit any glob."""
    # Names are of a-z 0-9 _ -, so only the wildcards of a glob mean anything.
    patterns = [glob.replace("*", ".*").replace("?", ".") for glob in globs]
    return f"/^({'|'.join(patterns)})$/"
