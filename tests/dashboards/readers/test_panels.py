"""All that a panel shows, read at once."""

from dataclasses import replace

from dashboards.asking.panels import heat_map, line, lines
from dashboards.model.query import Column, Database, Function, Query, Source
from dashboards.model.variable import Variable
from dashboards.readers.base import Choices, Series, Span
from dashboards.readers.panels import MOST_ROWS, MOST_SERIES, View, read_panel

SOURCE = Source(database=Database.RAW, measurement="gauge", tiered=False, spacing_s=60.0)
QUERY = Query(
    source=SOURCE, columns=(Column(field="x", function=Function.MEAN, name="x"),), by=("device",)
)
VIEW = View(from_ms=86_400_000, to_ms=90_000_000, width_px=800, choices={})


class Rows:
    """A store in which every device has one row, at the beginning of what is asked."""

    def __init__(self, devices: int) -> None:
        self._devices = devices

    async def read(self, _query: Query, span: Span, _choices: Choices) -> list[Series]:
        return [
            Series(tags={"device": str(n)}, columns={"x": [1.0]}, times_ms=[span.from_ms])
            for n in range(self._devices)
        ]

    async def values(self, _variable: Variable, _choices: Choices) -> list[str]:
        raise NotImplementedError


async def test_what_is_shifted_is_read_earlier_and_shown_at_the_times_of_the_view():
    panel = lines("Load", "A day earlier.", line(QUERY), shift_s=86_400.0)
    answer = await read_panel(panel, VIEW, Rows(1))
    assert answer.targets[0].series[0].times_ms == [VIEW.from_ms]
    seen: list[Span] = []

    class Watched(Rows):
        async def read(self, query: Query, span: Span, choices: Choices) -> list[Series]:
            seen.append(span)
            return await super().read(query, span, choices)

    await read_panel(panel, VIEW, Watched(1))
    assert [(span.from_ms, span.to_ms) for span in seen] == [(0, 3_600_000)]


async def test_series_that_nobody_could_tell_apart_are_left_out_and_counted():
    panel = lines("Load", "Of many.", line(QUERY), line(replace(QUERY, by=())))
    answer = await read_panel(panel, VIEW, Rows(MOST_SERIES + 3))
    assert [(len(each.series), each.left_out) for each in answer.targets] == [(MOST_SERIES, 3)] * 2


async def test_a_heat_map_holds_every_rack_of_a_large_hall_and_stays_small():
    panel = heat_map("Inlets", "Of many.", line(QUERY))
    week = replace(VIEW, to_ms=VIEW.from_ms + 7 * 86_400_000, width_px=1_600)
    answer = await read_panel(panel, week, Rows(MOST_ROWS + 25))
    (target,) = answer.targets
    columns = (week.to_ms - week.from_ms) / answer.interval_ms
    assert (len(target.series), target.left_out) == (MOST_ROWS, 25)
    assert MOST_ROWS * columns <= 100_000


async def test_all_targets_of_a_panel_have_one_interval():
    panel = lines("Load", "Of one.", line(QUERY))
    answer = await read_panel(panel, VIEW, Rows(1))
    assert (answer.interval_ms, answer.tier) == (60_000, "1m")
