"""What questions become in InfluxQL; that it is understood is shown by `test_queries`."""

import subprocess
import sys

import pytest

from dashboards.grafana.influxql import influxql, influxql_of_values, quoted, text
from dashboards.grafana.wording import Chosen, Macros
from dashboards.model.query import Column, Condition, Database, Fill, Function, Query, Source
from dashboards.model.variable import Variable

MACROS = Macros()
CHOSEN = Chosen(from_ms=1_000, to_ms=61_000, interval_ms=60_000, tier="15m")
RACKS = Source(database=Database.ROLLUP, measurement="rack_sensor", tiered=True)
ALERTS = Source(database=Database.RAW, measurement="alert", tiered=False)
SITE = Condition(name="site", variable="site")
MEAN = Column(field="t_mean", function=Function.MEAN, name="mean")


def test_a_question_over_time_is_grouped_by_intervals_and_tags():
    assert influxql(Query(source=RACKS, columns=(MEAN,), by=("device",)), CHOSEN) == (
        'SELECT mean("t_mean") AS "mean" FROM "telemetry_rollup".."rack_sensor_15m" '
        "WHERE time >= 1000ms AND time <= 61000ms "
        'GROUP BY time(60000ms), "device" fill(null)'
    )


def test_a_question_over_the_whole_range_is_grouped_by_tags_alone():
    query = Query(source=RACKS, columns=(MEAN,), by=("device",), over_time=False)
    assert influxql(query, CHOSEN).endswith('61000ms GROUP BY "device"')


def test_grafana_fills_in_tier_range_and_choices():
    query = Query(source=RACKS, columns=(MEAN,), where=(SITE,))
    assert influxql(query, MACROS) == (
        'SELECT mean("t_mean") AS "mean" FROM "telemetry_rollup".."rack_sensor_${tier}" '
        'WHERE "site" =~ /^${site:regex}$/ AND $timeFilter GROUP BY time(${tier}) fill(null)'
    )


def test_intervals_of_what_has_no_tiers_are_those_of_grafana():
    query = Query(source=ALERTS, columns=(MEAN,), fill=Fill.ZERO)
    assert influxql(query, MACROS).endswith("GROUP BY time($__interval) fill(0)")


def test_a_range_that_begins_earlier_is_made_of_the_ends_of_grafanas():
    query = Query(source=ALERTS, columns=(MEAN,), back_s=86_400.0)
    assert "time >= ${__from}ms - 86400s AND time <= ${__to}ms" in influxql(query, MACROS)


def test_a_range_that_begins_earlier_is_reckoned_where_it_is_known():
    query = Query(source=ALERTS, columns=(MEAN,), back_s=1.0)
    assert "time >= 0ms AND time <= 61000ms" in influxql(query, CHOSEN)


@pytest.mark.parametrize(
    ("chosen", "condition"),
    [
        (("beijing",), "\"site\" = 'beijing' AND "),
        (("a", "b"), "(\"site\" = 'a' OR \"site\" = 'b') AND "),
        ((), ""),
    ],
)
def test_chosen_values_are_compared_and_no_choice_is_all(chosen: tuple[str, ...], condition: str):
    wording = Chosen(from_ms=0, to_ms=1, interval_ms=1, tier="1m", variables={"site": chosen})
    query = Query(source=ALERTS, columns=(MEAN,), where=(SITE,))
    assert f"WHERE {condition}time >= 0ms" in influxql(query, wording)


def test_negated_values_must_all_differ():
    condition = Condition(name="rule", values=("a", "b"), negated=True)
    query = Query(source=ALERTS, columns=(MEAN,), where=(condition,))
    assert "(\"rule\" != 'a' AND \"rule\" != 'b')" in influxql(query, CHOSEN)


def test_factors_and_quotients_are_reckoned_by_the_database():
    share = Column(
        field="heard", function=Function.SUM, name="share", divided_by="most", factor=100.0
    )
    query = Query(source=RACKS, columns=(share,))
    assert 'sum("heard") / sum("most") * 100.0 AS "share"' in influxql(query, CHOSEN)


def test_the_greatest_rows_are_taken_from_an_inner_question_with_their_tags():
    query = Query(source=RACKS, columns=(MEAN,), by=("site", "device"), over_time=False, most=10)
    asked = influxql(query, CHOSEN)
    assert asked.startswith('SELECT top("mean", 10) AS "mean", "site", "device" FROM (SELECT mean')
    assert asked.count("time >= 1000ms") == 2


def test_the_smallest_rows_are_taken_likewise():
    query = Query(source=RACKS, columns=(MEAN,), over_time=False, most=3, least=True)
    assert influxql(query, CHOSEN).startswith('SELECT bottom("mean", 3)')


def test_the_newest_row_of_each_series_is_the_last_with_its_other_columns():
    columns = tuple(Column(field=n, function=Function.EVERY, name=n) for n in ("state", "value"))
    query = Query(source=ALERTS, columns=columns, by=("rule",), newest=1)
    assert influxql(query, CHOSEN).startswith('SELECT last("state") AS "state", "value" FROM')


def test_some_newest_rows_are_taken_from_the_end():
    column = Column(field="state", function=Function.EVERY, name="state")
    query = Query(source=ALERTS, columns=(column,), newest=50)
    assert influxql(query, CHOSEN).endswith("ORDER BY time DESC LIMIT 50")


def test_rows_can_have_a_number():
    query = Query(source=RACKS, columns=(MEAN,), over_time=False)
    assert 'mean("t_mean") * 0 + 7 AS "Kind"' in influxql(query, CHOSEN, number=7, number_as="Kind")


def test_values_of_a_variable_are_asked_from_the_shortest_windows():
    device = Variable(name="device", label="Rack", tag="device", source=RACKS, where=(SITE,))
    assert influxql_of_values(device, MACROS) == (
        'SHOW TAG VALUES ON "telemetry_rollup" FROM "rack_sensor_1m" '
        'WITH KEY = "device" WHERE "site" =~ /^${site:regex}$/'
    )


def test_fixed_values_of_a_variable_cannot_be_asked():
    kind = Variable(name="kind", label="Kind", fixed=("pdu",))
    with pytest.raises(ValueError, match="'kind' has fixed values"):
        influxql_of_values(kind, MACROS)


def test_quotes_in_names_and_texts_do_not_end_them():
    assert quoted('a"b\\') == '"a\\"b\\\\"'
    assert text("it's") == "'it\\'s'"


def test_influxql_is_rendered_without_grafanas_package():
    """`snowgrid dashboards serve` reads InfluxDB where only the browser is used."""
    program = (
        "import sys; sys.modules['grafana_foundation_sdk'] = None; "
        "import dashboards.grafana.influxql, dashboards.grafana.wording"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_buckets_may_be_called_otherwise():
    macros = Macros(buckets={Database.RAW: "raw", Database.ROLLUP: "rolled up"})
    assert '"rolled up".."rack_sensor_${tier}"' in influxql(
        Query(source=RACKS, columns=(MEAN,)), macros
    )
