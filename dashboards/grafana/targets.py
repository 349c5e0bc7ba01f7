"""Queries as they stand in a panel of Grafana's."""

from dataclasses import replace
from string import ascii_uppercase

from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from dashboards.grafana.datasources import INFLUXDB, PROMETHEUS
from dashboards.grafana.influxql import influxql
from dashboards.grafana.legends import alias, heading_of, prometheus_legend, with_headings
from dashboards.grafana.wording import Macros
from dashboards.model.panel import Panel, PromTarget, Shape, Target
from dashboards.model.query import Fill, Query

TABLE = "table"
TIME_SERIES = "time_series"

KIND_OF_ROW = "legend"
"""Heading of the column that tells rows of different targets apart in one table."""


class InfluxQuery(Dataquery):
    """A query in InfluxQL, which the SDK has no class for.

    Attributes:
        ref_id: What the panel calls it.
        query: With Grafana's macros.
        result_format: `TABLE` or `TIME_SERIES`.
        alias: Pattern for the names of series.
    """

    def __init__(self, *, ref_id: str, query: str, result_format: str, alias: str = "") -> None:
        self.ref_id = ref_id
        self.query = query
        self.result_format = result_format
        self.alias = alias

    def to_json(self) -> dict[str, object]:
        """Return it as it stands in a dashboard."""
        said: dict[str, object] = {
            "datasource": INFLUXDB,
            "query": self.query,
            "rawQuery": True,
            "refId": self.ref_id,
            "resultFormat": self.result_format,
        }
        return said | ({"alias": self.alias} if self.alias else {})


def queries(panel: Panel, macros: Macros) -> list[Dataquery]:
    """Return a panel's targets."""
    of_store = [
        _of_store(panel, target, number, macros) for number, target in enumerate(panel.targets)
    ]
    of_prometheus = [
        _of_prometheus(panel, target, number) for number, target in enumerate(panel.prom_targets)
    ]
    return [*of_store, *of_prometheus]


def has_rows(panel: Panel, target: Target) -> bool:
    """Tell whether a target's answer is read as a table: its tags are columns, not labels."""
    return panel.shape is Shape.TABLE or target.query.most > 0


def tells_rows_apart(panel: Panel) -> bool:
    """Tell whether the rows of a panel's table say which target they come from.

    InfluxQL has no constant texts, so the column has the target's number, which is shown as a word.
    """
    return panel.shape is Shape.TABLE and len(panel.targets) > 1


def ref_id(number: int) -> str:
    """Return what a panel calls its targets: A, B, …, Z, AA, …."""
    tens, ones = divmod(number, len(ascii_uppercase))
    return (ref_id(tens - 1) if tens else "") + ascii_uppercase[ones]


def with_gaps(query: Query) -> Query:
    """Return a query that tells of stretches without rows.

    Grafana breaks a line at a row without a value. That rows are far apart it notices by a fixed
    distance only, which is wrong for most time ranges.
    """
    return replace(query, fill=Fill.NULL) if query.fill is Fill.NONE else query


def _of_store(panel: Panel, target: Target, number: int, macros: Macros) -> InfluxQuery:
    query = with_gaps(with_headings(panel, target.query))
    number_as = heading_of(panel, KIND_OF_ROW) if tells_rows_apart(panel) else ""
    rows = has_rows(panel, target)
    return InfluxQuery(
        ref_id=ref_id(number),
        query=influxql(query, macros, number=number, number_as=number_as),
        result_format=TABLE if rows else TIME_SERIES,
        alias="" if rows else alias(target.legend),
    )


def _of_prometheus(panel: Panel, target: PromTarget, number: int) -> Dataquery:
    query = (
        prometheus.Dataquery()
        .expr(target.expr)
        .legend_format(prometheus_legend(target.legend))
        .datasource(PROMETHEUS)
        .ref_id(ref_id(number))
    )
    if panel.shape in {Shape.TABLE, Shape.BAR_GAUGE}:
        query = query.instant().format(PromQueryFormat.TABLE)
    else:
        query = query.range().format(PromQueryFormat.TIME_SERIES)
    return query.build()
