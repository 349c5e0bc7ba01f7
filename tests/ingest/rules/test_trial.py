"""Tests of rules: their notation for series, and how they fail."""

from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.rules.series import values_of
from ingest.rules.trial_files import run_file
from tests.ingest.core.examples import BOILER
from tests.ingest.rules.play import KINDS

RULES = "rules: [{name: hot, kind: boiler, field: temperature_c, above: 90, for: 1m}]"
TEST = """
rules: rules.yaml
tests:
  - name: it gets hot
    interval: 30s
    input: [{kind: boiler, device: b-1, fields: {temperature_c: 20x2 95x10}}]
    expect: [{at: 1m}, {at: 2m, alerts: [{rule: hot, device: b-1}]}]
"""


@pytest.mark.parametrize(
    ("field", "series", "values"),
    [
        ("temperature_c", "22", [22]),
        ("temperature_c", "22x3 28", [22, 22, 22, 28]),
        ("temperature_c", "22 _x2 -3.5", [22, None, None, -3.5]),
        ("temperature_c", "22+0.5x3", [22, 22.5, 23]),
        ("temperature_c", "22-1x3 _", [22, 21, 20, None]),
        ("temperature_c", "-22+1x2", [-22, -21]),
        ("energy_import_kwh", "1e3+1e1x2", [1000, 1010]),
        ("boiler_state", "offx2 'HOT WATER'x2 heating", [0, 0, 2, 2, 1]),
        ("door_open", "truex2 false", [1, 1, 0]),
        ("temperature_c", "", []),
    ],
)
def test_a_series_is_read(field, series, values):
    assert values_of(series, BOILER.fields[BOILER.column[field]]) == values


@pytest.mark.parametrize(
    ("field", "series", "problem"),
    [
        ("temperature_c", "22xx", "no number"),
        ("temperature_c", "warm", "no number"),
        ("boiler_state", "heatng", "did you mean 'heating'"),
        ("boiler_state", "HOT WATER", "never 'HOT'"),
        ("temperature_c", "1x200000", "more than 100,000"),
        ("temperature_c", "1x99999999999", "more than 100,000"),
    ],
)
def test_a_series_that_cannot_be_read_is_quoted(field, series, problem):
    with pytest.raises(ValueError, match=problem):
        values_of(series, BOILER.fields[BOILER.column[field]])


def run(folder: Path, test: str, rules: str = RULES):
    (folder / "rules.yaml").write_text(rules)
    (folder / "test.yaml").write_text(test)
    return list(run_file(folder / "test.yaml", KINDS))


def test_a_test_passes(tmp_path):
    (outcome,) = run(tmp_path, TEST)
    assert outcome.failures == ()
    assert (outcome.where, outcome.name) == (f"{tmp_path}/test.yaml:4", "it gets hot")


@pytest.mark.parametrize(
    ("instead", "expected", "got"),
    [
        ("[]", [], ["hot here b-1 firing warning"]),
        ("[{rule: hot, device: b-2}]", ["hot here b-2 firing"], ["hot here b-1 firing warning"]),
        (
            "[{rule: hot, device: b-1, severity: critical}]",
            ["hot here b-1 firing critical"],
            ["hot here b-1 firing warning"],
        ),
        (
            "[{rule: hot, device: b-1, state: pending}]",
            ["hot here b-1 pending"],
            ["hot here b-1 firing warning"],
        ),
        (
            "[{rule: hot, device: b-1, summary: Hot}]",
            ["hot here b-1 firing: Hot"],
            ["hot here b-1 firing warning"],
        ),
    ],
)
def test_a_failure_says_what_was_expected_and_what_was_there(tmp_path, instead, expected, got):
    (outcome,) = run(tmp_path, TEST.replace("[{rule: hot, device: b-1}]", instead))
    (failure,) = outcome.failures
    assert failure.at_s == 120
    assert list(failure.expected) == expected
    assert [line.partition(":")[0] for line in failure.got] == got


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("rule: hot", "rule: hott", "test.yaml:7: test 'it gets hot': expect"),
        ("temperature_c:", "temprature_c:", "did you mean 'temperature_c'"),
        ("kind: boiler", "kind: boilr", "did you mean 'boiler'"),
        ("95x10", "95x10 hot", "no number"),
        ("interval", "intervall", "did you mean 'interval'"),
        ("rules.yaml", "rulez.yaml", "rulez.yaml: cannot be read"),
        ("2m", "2 min", "want a duration"),
    ],
)
def test_a_wrong_test_file_is_told_with_its_place(tmp_path, old, new, problem):
    with pytest.raises(ConfigError, match=problem):
        run(tmp_path, TEST.replace(old, new))
