"""How Grafana shows values: a panel's look as field options, and those of single columns."""

from grafana_foundation_sdk.models import dashboard as sdk

from dashboards.grafana.colours import fixed, mode_of, ordinary, series_colours
from dashboards.grafana.legends import heading_of, matches
from dashboards.grafana.targets import KIND_OF_ROW, has_rows, tells_rows_apart
from dashboards.grafana.thresholds import steps
from dashboards.grafana.units import unit_id
from dashboards.model.look import Look, Word
from dashboards.model.panel import Panel, Shape

Overrides = sdk.DashboardFieldConfigSourceOverrides
TIME = "Time"
"""What Grafana calls the column of times in a table."""


def defaults(panel: Panel, links: list[sdk.DashboardLink], custom: object) -> sdk.FieldConfig:
    """Return how values are shown where no override says otherwise.

    Args:
        panel: What is shown.
        links: Where clicks lead.
        custom: Options of the panel's shape.
    """
    look = panel.look
    return sdk.FieldConfig(
        unit=unit_id(look.unit),
        decimals=look.decimals,
        min_val=look.low,
        max_val=look.high,
        mappings=mappings(look.words),
        thresholds=steps(look.thresholds, ordinary(panel.shape, look)),
        color=mode_of(panel.shape, look),
        links=links or None,
        no_value=look.empty or None,
        custom=custom,
    )


def overrides(panel: Panel) -> list[Overrides]:
    """Return how single columns, tags and series are shown instead."""
    return [
        *_by_colour(panel),
        *(each for name, look in panel.looks for each in _by_look(panel, name, look)),
        *_by_heading(panel),
        *_by_target(panel),
    ]


def mappings(words: tuple[Word, ...]) -> list[sdk.ValueMapping]:
    """Return what states are called and how they are coloured."""
    if not words:
        return []
    results = {
        word.value: sdk.ValueMappingResult(text=word.text, color=word.colour, index=index)
        for index, word in enumerate(words)
    }
    return [sdk.ValueMap(options=results)]


def _by_colour(panel: Panel) -> list[Overrides]:
    return [
        _override(matcher, {"color": fixed(colour)}) for matcher, colour in series_colours(panel)
    ]


def _by_look(panel: Panel, name: str, look: Look) -> list[Overrides]:
    said: dict[str, object] = {
        "unit": unit_id(look.unit),
        "decimals": look.decimals,
        "min": look.low,
        "max": look.high,
        "mappings": mappings(look.words) or None,
        "thresholds": _steps(panel, look),
        "noValue": look.empty or None,
    }
    if panel.shape is Shape.TABLE and (look.words or look.thresholds):
        said["custom.cellOptions"] = {"type": "color-text"}
    return [_override(matcher, said) for matcher in _matchers(panel, name)]


def _steps(panel: Panel, look: Look) -> sdk.ThresholdsConfig | None:
    """Return the limits of a column, if only to say that the panel's are not its own."""
    if look.thresholds or panel.look.thresholds:
        return steps(look.thresholds, ordinary(panel.shape, look))
    return None


def _matchers(panel: Panel, name: str) -> list[sdk.MatcherConfig]:
    """Return what finds a column, or tag, of a panel's targets."""
    heading = heading_of(panel, name)
    if panel.shape is Shape.TABLE:
        tags = {tag for target in panel.targets for tag in target.query.by}
        return [_named(name if name in tags else heading)]
    return [
        _named(heading)
        if has_rows(panel, target)
        else sdk.MatcherConfig("byRegexp", matches(target, heading))
        for target in panel.targets
        if name in {column.name for column in target.query.columns}
    ]


def _by_heading(panel: Panel) -> list[Overrides]:
    """Show tags, and the time, by their headings; columns have been called so by the query."""
    if panel.shape is not Shape.TABLE:
        return []
    columns = {column.name for target in panel.targets for column in target.query.columns}
    return [
        _override(_named(TIME if name == "time" else name), {"displayName": heading})
        for name, heading in panel.headings
        if name not in {*columns, KIND_OF_ROW}
    ]


def _by_target(panel: Panel) -> list[Overrides]:
    """Show the number of a row's target as the target's legend."""
    if not tells_rows_apart(panel):
        return []
    legends = {
        str(number): sdk.ValueMappingResult(text=target.legend, index=number)
        for number, target in enumerate(panel.targets)
    }
    matcher = _named(heading_of(panel, KIND_OF_ROW))
    return [_override(matcher, {"mappings": [sdk.ValueMap(options=legends)], "unit": "none"})]


def _named(name: str) -> sdk.MatcherConfig:
    return sdk.MatcherConfig("byName", name)


def _override(matcher: sdk.MatcherConfig, said: dict[str, object]) -> Overrides:
    properties = [
        sdk.DynamicConfigValue(id_val=name, value=value)
        for name, value in said.items()
        if value is not None
    ]
    return Overrides(matcher=matcher, properties=properties)
