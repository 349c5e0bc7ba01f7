"""Colours of series and values; those that a board names are told apart by colour-blind people."""

from collections.abc import Iterator

from grafana_foundation_sdk.models.dashboard import FieldColor, FieldColorModeId, MatcherConfig

from dashboards.grafana.legends import heading_of, matches
from dashboards.model.look import SERIES_COLOURS, Colour, Look
from dashboards.model.panel import Panel, Shape

TRANSPARENT = "transparent"
PLAIN_TEXT = "text"
"""Grafana's name for the colour of text, light or dark."""

_ORDINARY = {
    Shape.TIME_SERIES: TRANSPARENT,
    Shape.TABLE: PLAIN_TEXT,
    Shape.STATE_TIMELINE: Colour.GREY,
}


def ordinary(shape: Shape, look: Look) -> str:
    """Return the colour of values that no limit and no word is about."""
    return _ORDINARY.get(shape, Colour.GREEN if look.thresholds else Colour.BLUE)


def mode_of(shape: Shape, look: Look) -> FieldColor:
    """Return where values take their colour from."""
    if shape is Shape.TIME_SERIES:
        return FieldColor(mode=FieldColorModeId.PALETTE_CLASSIC_BY_NAME)
    if look.thresholds or look.words or shape in {Shape.TABLE, Shape.STATE_TIMELINE}:
        return FieldColor(mode=FieldColorModeId.THRESHOLDS)
    return fixed(Colour.BLUE)


def fixed(colour: str) -> FieldColor:
    """Return one colour for all values."""
    return FieldColor(mode=FieldColorModeId.FIXED, fixed_color=colour)


def series_colours(panel: Panel) -> Iterator[tuple[MatcherConfig, Colour]]:
    """Yield the colours of the lines that a board names itself, one after the other.

    A line that counts a state has the state's colour. How many lines tags make is only known
    when they are drawn, so these are left to Grafana.
    """
    if panel.shape is not Shape.TIME_SERIES:
        return
    of_words = {word.value: word.colour for word in panel.look.words}
    named = [
        (matches(target, heading_of(panel, column.name)), of_words.get(column.name))
        for target in panel.targets
        if not target.query.by
        for column in target.query.columns
    ]
    for number, (pattern, colour) in enumerate(named):
        in_turn = SERIES_COLOURS[number % len(SERIES_COLOURS)]
        yield MatcherConfig("byRegexp", pattern), colour or in_turn
