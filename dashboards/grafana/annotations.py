"""Marks on the time axis where alerts began."""

from grafana_foundation_sdk.models import dashboard as sdk

from dashboards.asking.alerts import ALERT, BEGINNING, TAGS
from dashboards.grafana.datasources import INFLUXDB
from dashboards.grafana.influxql import influxql
from dashboards.grafana.wording import Macros
from dashboards.model.board import Board
from dashboards.model.look import Colour
from dashboards.model.query import Column, Condition, Function, Query

SHOWN_TAGS = ("site", "device", "rule")
TEXT = "summary"


class AnnotationQuery(sdk.AnnotationTarget):
    """A query of annotations in InfluxQL, for which the SDK's class has no room."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self.query = query

    def to_json(self) -> dict[str, object]:
        """Return it as it stands in a dashboard."""
        return super().to_json() | {
            "fromAnnotations": True,
            "query": self.query,
            "rawQuery": True,
            "refId": "Anno",
            "tagsColumn": ",".join(SHOWN_TAGS),
            "textColumn": TEXT,
            "textEditor": True,
        }


def annotations_of(board: Board, macros: Macros) -> list[sdk.AnnotationQuery]:
    """Return the alerts of what is chosen on a board, where it wants them."""
    if not board.alerts or board.asks_prometheus:
        return []
    chosen = {variable.name for variable in board.variables} & set(TAGS)
    columns = (TEXT, *SHOWN_TAGS)
    query = Query(
        source=ALERT,
        columns=tuple(Column(field=name, function=Function.EVERY, name=name) for name in columns),
        where=(BEGINNING, *(Condition(name=name, variable=name) for name in sorted(chosen))),
    )
    return [
        sdk.AnnotationQuery(
            name="Alerts",
            datasource=INFLUXDB,
            icon_color=Colour.VERMILION,
            target=AnnotationQuery(influxql(query, macros)),
        )
    ]
