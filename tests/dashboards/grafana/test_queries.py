"""Every question of every dashboard, asked to a real InfluxDB that holds an hour of the region."""

import pytest

from dashboards.grafana.legends import heading_of
from dashboards.grafana.targets import KIND_OF_ROW, tells_rows_apart
from dashboards.model.board import Board
from dashboards.model.panel import Panel, Target
from tests.dashboards.grafana.conftest import BOARDS, asking_influxdb
from tests.dashboards.grafana.evening import BEGIN_MS, END_MS
from tests.dashboards.grafana.grafana import Chosen, Json, answers, chosen_on, panels, variables
from tests.servers.influxql import Database, Row

UIDS = [board.uid for board in asking_influxdb()]


@pytest.mark.parametrize("uid", UIDS)
def test_every_panel_gets_rows_with_all_its_columns(
    uid: str, dashboards: dict[str, Json], evening: Database
):
    dashboard = dashboards[uid]
    chosen = chosen_on(dashboard, evening, from_ms=BEGIN_MS, to_ms=END_MS)
    asked = _asked(BOARDS[uid], dashboard, chosen)
    all_rows = answers(evening, [statement for _, _, statement in asked])
    wrong = [
        f"{panel.title}: no {sorted(missing)} from {statement}"
        for (panel, target, statement), rows in zip(asked, all_rows, strict=True)
        if (missing := _wanted(panel, target) - _filled(rows))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("uid", UIDS)
def test_every_variable_offers_values(uid: str, dashboards: dict[str, Json], evening: Database):
    chosen = chosen_on(dashboards[uid], evening, from_ms=BEGIN_MS, to_ms=END_MS)
    assert "" not in chosen.values.values(), chosen.values


@pytest.mark.parametrize("uid", [board.uid for board in asking_influxdb() if board.alerts])
def test_annotations_are_the_alerts_that_began(
    uid: str, dashboards: dict[str, Json], evening: Database
):
    dashboard = dashboards[uid]
    chosen = chosen_on(dashboard, evening, from_ms=BEGIN_MS, to_ms=END_MS)
    (annotation,) = dashboard["annotations"]["list"]
    (rows,) = answers(evening, [chosen.fill(annotation["target"]["query"])])
    assert {"summary", "site", "device", "rule"} <= _filled(rows)


@pytest.mark.parametrize(
    ("hours", "tier"), [(6, "1m"), (24, "1m"), (72, "15m"), (24 * 20, "15m"), (24 * 365, "1h")]
)
def test_the_tier_follows_from_the_length_of_the_time_range(
    hours: int, tier: str, dashboards: dict[str, Json], evening: Database
):
    (variable,) = (
        each for each in variables(dashboards["snowgrid-region"]) if each["name"] == "tier"
    )
    begin_ms = END_MS - hours * 3_600_000
    (rows,) = answers(
        evening, [Chosen(from_ms=begin_ms, to_ms=END_MS).fill(str(variable["query"]))]
    )
    assert [row["tier"] for row in rows] == [tier]


def _asked(board: Board, dashboard: Json, chosen: Chosen) -> list[tuple[Panel, Target, str]]:
    """Return every target of a board with the statement that Grafana would send."""
    _question, *drawn = panels(dashboard)
    return [
        (panel, target, chosen.fill(said["query"]))
        for panel, made in zip(board.panels, drawn, strict=True)
        for target, said in zip(panel.targets, made.get("targets", ()), strict=True)
    ]


def _wanted(panel: Panel, target: Target) -> set[str]:
    columns = {heading_of(panel, column.name) for column in target.query.columns}
    row = {heading_of(panel, KIND_OF_ROW)} if tells_rows_apart(panel) else set()
    return columns | set(target.query.by) | row


def _filled(rows: list[Row]) -> set[str]:
    return {name for row in rows for name, value in row.items() if value not in {None, ""}}
