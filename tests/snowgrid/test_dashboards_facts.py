"""The lines in panels are the limits of the rules that fire."""

from pathlib import Path

import pytest

from dashboards.model.look import Threshold
from devices.registry import kinds
from devices.schema import Severity
from ingest.rules.files import load_rules
from snowgrid.dashboards.facts import facts_of

HOT = Threshold(value=30.0, severity=Severity.WARNING, reason="rule hot")


@pytest.fixture
def drawn(tmp_path: Path):
    """Return what a file of rules draws on the inlet temperature of racks."""

    def draw(rule: str) -> tuple[Threshold, ...]:
        file = tmp_path / "rules.yaml"
        file.write_text(f"rules:\n  - {{kind: rack_sensor, {rule}}}\n")
        rules = load_rules([file], kinds(), defaults=False)
        return facts_of(kinds(), rules).thresholds.get(("rack_sensor", "inlet_temperature_c"), ())

    return draw


def test_a_limit_on_all_devices_of_a_kind_is_drawn(drawn):
    assert drawn("name: hot, field: inlet_temperature_c, above: 30, severity: warning") == (HOT,)


def test_a_limit_below_which_values_are_bad_says_so(drawn):
    (threshold,) = drawn("name: cold, field: inlet_temperature_c, below: 10, severity: critical")
    assert threshold.below
    assert threshold.value == 10.0
    assert threshold.severity is Severity.CRITICAL


def test_the_source_of_a_limit_is_its_reason(drawn):
    (threshold,) = drawn(
        "name: hot, field: inlet_temperature_c, above: 30, severity: warning, "
        "annotations: {because: ASHRAE}"
    )
    assert threshold.reason == "ASHRAE"


@pytest.mark.parametrize(
    "more",
    [
        "field: inlet_temperature_c, above: 30, sites: [beijing]",
        "field: inlet_temperature_c, above: 30, devices: [rack-01]",
        "field: inlet_temperature_c, rate_above: 5, rate_over: 10m",
        "no_data_for: 5m",
    ],
)
def test_what_is_no_limit_on_every_device_is_not_drawn(drawn, more):
    assert drawn(f"name: hot, severity: warning, {more}") == ()


def test_a_value_that_is_bad_only_because_it_lasts_is_not_drawn():
    thresholds = facts_of(kinds(), load_rules((), kinds())).thresholds
    flows = [each.value for each in thresholds["gas_meter", "gas_flow_m3h"]]
    assert flows == [6.0]  # and not the trickle that is a leak after a day


def test_limits_that_are_declared_by_kinds_and_rules_that_come_along_are_drawn():
    thresholds = facts_of(kinds(), load_rules((), kinds())).thresholds
    inlet = {each.value for each in thresholds["rack_sensor", "inlet_temperature_c"]}
    assert {18.0, 27.0, 32.0} <= inlet
