"""The steps of a Grafana rule: queries, and expressions over them, as its provisioning wants them.

Each step has a letter; `Steps` hands them out. After
https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/
and the models of Grafana's own provisioning.
"""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Literal

DATASOURCE = "snowgrid"
"""The uid of the data source in dashboards/provisioning/datasources."""

EXPRESSIONS = "__expr__"

Plain = str | int | float | bool | Sequence["Plain"] | Mapping[str, "Plain"]
Node = dict[str, Plain]
Comparison = Literal["gt", "lt"]
OTHER: Mapping[Comparison, Comparison] = {"gt": "lt", "lt": "gt"}


class Steps:
    """The steps of one rule, in order."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def query(self, influxql: str, back_s: float) -> str:
        """Ask the store about the last so many seconds; return the step's letter."""
        model: Node = {
            "query": influxql,
            "rawQuery": True,
            "resultFormat": "time_series",
            "intervalMs": 1_000,
            "maxDataPoints": 43_200,
        }
        time_range: Node = {"from": round(back_s), "to": 0}
        return self._add(DATASOURCE, model, {"relativeTimeRange": time_range})

    def last(self, step: str) -> str:
        """Reduce each series of a step to its last number."""
        settings: Node = {"mode": "dropNN"}
        return self._expression(
            {"type": "reduce", "expression": step, "reducer": "last", "settings": settings}
        )

    def math(self, expression: str) -> str:
        """Calculate with numbers of other steps, `$A` and so on; what is not 0 is true."""
        return self._expression({"type": "math", "expression": expression})

    def threshold(
        self, step: str, comparison: Comparison, fire: float, clear: float | None = None
    ) -> str:
        """Compare each number of a step; with `clear`, what fires goes on until beyond that."""
        condition: Node = {"evaluator": {"type": comparison, "params": [fire]}}
        if clear is not None:
            condition["unloadEvaluator"] = {"type": OTHER[comparison], "params": [clear]}
        return self._expression(
            {"type": "threshold", "expression": step, "conditions": [condition]}
        )

    def _expression(self, model: Node) -> str:
        return self._add(EXPRESSIONS, model, {})

    def _add(self, datasource: str, model: Node, more: Node) -> str:
        letter = ascii_uppercase[len(self.nodes)]
        self.nodes.append(
            {
                "refId": letter,
                "datasourceUid": datasource,
                **more,
                "model": {"refId": letter, **model},
            }
        )
        return letter
