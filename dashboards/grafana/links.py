"""Links from board to board; the time range, the data source and the choices go along."""

from collections.abc import Mapping

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models.dashboard import DashboardLink, DashboardLinkType

from dashboards.grafana import datasources
from dashboards.grafana.legends import cell, heading_of
from dashboards.grafana.targets import has_rows
from dashboards.model.board import Board
from dashboards.model.panel import Panel

LISTED_TAG = "snowgrid"
"""Of the boards that are listed; others have a tag of their own, which nothing lists."""

UNLISTED_TAG = "snowgrid-detail"


def board_links(board: Board, titles: Mapping[str, str]) -> list[DashboardLink]:
    """Return the links at the top of a board: one level up, and to all that are listed.

    Args:
        board: Where they stand.
        titles: Of all boards, by uid.
    """
    others = (
        build.DashboardLink("Boards")
        .type(DashboardLinkType.DASHBOARDS)
        .tags([LISTED_TAG])
        .as_dropdown(as_dropdown=True)
        .keep_time(keep_time=True)
        .build()
    )
    if not board.up:
        return [others]
    up = (
        build.DashboardLink(titles[board.up])
        .type(DashboardLinkType.LINK)
        .icon("dashboard")
        .url(f"/d/{board.up}")
        .keep_time(keep_time=True)
        .include_vars(include_vars=True)
        .build()
    )
    return [up, others]


def data_links(board: Board, panel: Panel) -> list[DashboardLink]:
    """Return where a click on a series or a row of a panel leads."""
    if panel.link is None:
        return []
    parts = ["${__url_time_range}", f"${{{datasources.VARIABLE}:queryparam}}"]
    given = dict(panel.link.variables)
    parts += [f"var-{name}={_value(panel, said)}" for name, said in given.items()]
    parts += [
        f"${{{variable.name}:queryparam}}"
        for variable in board.variables
        if variable.name not in given
    ]
    uid = panel.link.board.replace("{kind}", _value(panel, "kind"))
    return [build.DashboardLink(panel.link.title).url(f"/d/{uid}?{'&'.join(parts)}").build()]


def _value(panel: Panel, name: str) -> str:
    """Return a tag, or a text column, of what is clicked on."""
    if not any(has_rows(panel, target) for target in panel.targets):
        return f"${{__field.labels.{name}}}"
    columns = {column.name for target in panel.targets for column in target.query.columns}
    return cell(heading_of(panel, name) if name in columns else name)
