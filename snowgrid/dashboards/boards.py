"""The boards of a deployment: its kinds, and the limits of its alert rules."""

from dashboards.boards import all_boards
from dashboards.model.board import Board
from devices.registry import kinds
from ingest.rules.files import load_rules
from ingest.settings_alerts import AlertSettings
from snowgrid.dashboards.facts import facts_of


def boards_of(settings: AlertSettings) -> tuple[Board, ...]:
    """Return all boards.

    Args:
        settings: Which rules there are.

    Raises:
        ConfigError: A rule is wrong.
    """
    rules = load_rules(settings.rules, kinds(), defaults=settings.defaults)
    return all_boards(facts_of(kinds(), rules))
