"""Evaluates a rule of Grafana's as Grafana does: queries, reductions, mathematics, thresholds.

A value is a number for each set of labels. What Grafana does with them over time (`for`) is not
here; hysteresis is, by the labels that fired before.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

from tests.servers.influxql import Database

Labels = frozenset[tuple[str, str]]
Values = Mapping[Labels, float]
NODES = list[dict[str, Any]]
_LETTER = re.compile(r"\$([A-Z])")


def firing(
    nodes: NODES, condition: str, database: Database, now_ms: int, before: frozenset[Labels]
) -> frozenset[Labels]:
    """Return the labels for which a rule's condition holds.

    Args:
        nodes: The rule's steps.
        condition: The letter that decides.
        database: What the bucket `telemetry` stands for.
        now_ms: When it is evaluated.
        before: Those for which it held the last time.
    """
    values: dict[str, Values] = {}
    for node in nodes:
        model = node["model"]
        if node["datasourceUid"] != "__expr__":
            back_ms = node["relativeTimeRange"]["from"] * 1_000
            series = _series(database, model["query"], now_ms - back_ms, now_ms)
            values[node["refId"]] = {labels: numbers[-1] for labels, numbers in series.items()}
            continue
        match model["type"]:
            case "reduce":
                assert model["reducer"] == "last"
                values[node["refId"]] = values[model["expression"]]
            case "math":
                values[node["refId"]] = _calculated(model["expression"], values)
            case "threshold":
                (asked,) = model["conditions"]
                given = values[model["expression"]]
                values[node["refId"]] = {
                    labels: float(_beyond(asked, value, labels in before))
                    for labels, value in given.items()
                }
    return frozenset(labels for labels, value in values[condition].items() if value)


def _series(
    database: Database, query: str, start_ms: int, end_ms: int
) -> dict[Labels, list[float]]:
    asked = query.replace('"telemetry"..', f'"{database.name}"..').replace(
        "$timeFilter", f"time >= {start_ms}ms AND time <= {end_ms}ms"
    )
    series: dict[Labels, list[float]] = {}
    for row in database.query(asked):
        labels = frozenset((k, str(v)) for k, v in row.items() if k in {"site", "device"})
        numbers = [v for k, v in row.items() if k not in {"time", "site", "device"}]
        assert len(numbers) == 1, row
        if isinstance(numbers[0], (int, float)):
            series.setdefault(labels, []).append(float(numbers[0]))
    return series


def _calculated(expression: str, values: Mapping[str, Values]) -> Values:
    letters = _LETTER.findall(expression)
    python = _LETTER.sub(r"\1", expression).replace("&&", "and").replace("||", "or")
    together = frozenset.intersection(*(frozenset(values[letter]) for letter in letters))
    return {
        labels: float(eval(python, {}, {each: values[each][labels] for each in letters}))  # noqa: S307 - ours
        for labels in together
    }


def _beyond(asked: dict[str, Any], value: float, fired: bool) -> bool:  # noqa: FBT001 - of a table
    fire = _compare(asked["evaluator"], value)
    unload = asked.get("unloadEvaluator")
    return fire or (fired and unload is not None and not _compare(unload, value))


def _compare(evaluator: dict[str, Any], value: float) -> bool:
    (limit,) = evaluator["params"]
    assert not math.isnan(value)
    return bool(value > limit if evaluator["type"] == "gt" else value < limit)
