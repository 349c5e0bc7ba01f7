"""The boards, from the top down; each file answers one question."""

from dashboards.boards import (
    alerts,
    data_centre,
    device,
    energy,
    meters,
    pipeline,
    pipeline_prometheus,
    region,
    ski_resort,
)
from dashboards.facts import Facts
from dashboards.model.board import Board

BUILDERS = (
    region.board,
    meters.board,
    energy.board,
    ski_resort.board,
    data_centre.board,
    alerts.board,
    pipeline.board,
    pipeline_prometheus.board,
)


def all_boards(facts: Facts) -> tuple[Board, ...]:
    """Build every board: those in the list, then one of devices for each kind.

    Raises:
        ValueError: A board asks for what its kind does not report.
    """
    boards = [build(facts) for build in BUILDERS]
    return (*boards, *device.boards(facts, boards))
