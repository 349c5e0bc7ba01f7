"""What a kind may declare, and what is refused while its file is being written."""

import pytest

from devices.registry import kind_named
from devices.schema import (
    Kind,
    Limit,
    Option,
    Severity,
    boolean,
    counter,
    gauge,
    settled,
    state,
)

METER = kind_named("smart_meter")


def kind(**changes: object) -> Kind:
    """A small kind that is right but for the changes."""
    given = {
        "name": "probe",
        "family": "meters",
        "title": "Probe",
        "summary": "A probe.",
        "fields": (gauge("level_pct", "Level", hard=(0, 100), resolution=1),),
        "interval_s": 60.0,
        "model": METER.model,
    }
    return Kind(**(given | changes))  # type: ignore[arg-type]  # the test picks the types


def test_the_last_part_of_a_name_is_the_unit():
    assert gauge("wind_speed_mps", "Wind", hard=(0, 75), resolution=0.1).unit == "m/s"
    assert gauge("power_factor", "Power factor", hard=(-1, 1), resolution=0.001).unit == ""
    with pytest.raises(ValueError, match="no unit suffix"):
        gauge("wind_speed", "Wind", hard=(0, 75), resolution=0.1)


@pytest.mark.parametrize("name", ["Voltage_v", "1st_v", "voltage-v", "ts", "device", ""])
def test_field_names_are_plain_and_not_reserved(name):
    with pytest.raises(ValueError, match="lower snake case"):
        boolean(name, "Anything")


def test_ranges_must_make_sense():
    with pytest.raises(ValueError, match="is empty"):
        gauge("level_pct", "Level", hard=(5, 5), resolution=1)
    with pytest.raises(ValueError, match="leaves the hard one"):
        gauge("level_pct", "Level", hard=(0, 100), typical=(50, 101), resolution=1)


def test_a_counter_runs_from_zero_to_its_modulus():
    field = counter("energy_kwh", "Energy", modulus=1000, resolution=0.01)
    assert field.hard == (0, 1000)
    assert field.modulus == 1000


@pytest.mark.parametrize("states", [(), ('qu"ote',), ("new\nline",), ("a,b",)])
def test_states_are_words_that_need_no_escaping(states):
    with pytest.raises(ValueError, match="at least one state"):
        state("mode", "Mode", *states)


def test_a_limit_has_exactly_one_condition():
    with pytest.raises(ValueError, match="exactly one"):
        Limit(field="level_pct", severity=Severity.INFO)
    with pytest.raises(ValueError, match="exactly one"):
        Limit(field="level_pct", severity=Severity.INFO, above=1, below=0)


def test_a_kind_has_fields_each_once_and_limits_on_them():
    level = gauge("level_pct", "Level", hard=(0, 100), resolution=1)
    with pytest.raises(ValueError, match="each named once"):
        kind(fields=(level, level))
    with pytest.raises(ValueError, match="each named once"):
        kind(fields=())
    with pytest.raises(ValueError, match="unknown field 'levl_pct'"):
        kind(limits=(Limit(field="levl_pct", severity=Severity.INFO, above=1),))
    with pytest.raises(ValueError, match="kind 'Probe'"):
        kind(name="Probe")


def test_columns_count_from_the_first_field():
    assert list(METER.column.values()) == list(range(len(METER.fields)))


def test_an_option_explains_itself():
    option = Option(meaning="mean number of people in a home", default=3, hard=(1, 10))
    assert str(option) == "mean number of people in a home (1…10, default 3)"
    with pytest.raises(ValueError, match="out of range"):
        Option(meaning="share", default=2, hard=(0, 1))


def test_what_the_fleet_does_not_say_is_the_default():
    options = {
        "residents": Option(meaning="people", default=3, hard=(1, 10)),
        "pv_share": Option(meaning="share", default=0.05, hard=(0, 1)),
    }
    assert settled(options, {"residents": 2.0}) == {"residents": 2.0, "pv_share": 0.05}


def test_a_kind_of_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match="family 'boats'"):
        kind(family="boats")
