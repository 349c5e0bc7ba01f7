"""`snowgrid kinds`, as people and as programs read it."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from devices.registry import kinds
from snowgrid.__main__ import app

WIDTHS = (80, 120)


def shown(*arguments: str, columns: int = 120) -> str:
    result = CliRunner().invoke(app, ["kinds", *arguments], env={"COLUMNS": str(columns)})
    assert result.exit_code == 0, result.output
    return result.output


def test_the_list_names_every_kind_with_its_title_and_interval():
    lines = {line.split()[0]: line for line in shown(columns=80).splitlines() if line}
    for name, kind in kinds().items():
        assert kind.title in lines[name]
        assert kind.family in lines[name]
        assert f" {len(kind.fields)} " in lines[name]


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", kinds())
def test_nothing_of_a_kind_is_cut_off(name, columns):
    text = shown(name, columns=columns)
    assert all(len(line) <= columns for line in text.splitlines())
    joined = "".join(text.split())
    kind = kinds()[name]
    for field in kind.fields:
        assert field.name in text
        for part in (field.title, field.unit, field.code, *field.states):
            assert "".join(part.split()) in joined
    for option in kind.options:
        assert option in text


def test_a_field_is_shown_with_type_unit_ranges_and_step():
    (row,) = [line for line in shown("smart_meter").splitlines() if "212…234" in line]
    assert row.split() == ["voltage_l1_v", "gauge", "V", "0…500", "212…234", "0.1"]


def test_a_limit_is_shown_with_its_condition_and_source():
    (row,) = [line for line in shown("smart_meter").splitlines() if "< 198" in line]
    assert "warning" in row
    assert "voltage_l1_v < 198 V for 10 min, clears at 200" in row
    assert "GB/T 12325-2008" in row


def test_states_and_options_are_spelled_out():
    text = shown("snow_gun")
    assert "off, standby, starting, producing, stopping, fault" in text
    assert "pump_lpm_per_gun" in text


def test_json_of_one_kind_holds_all_it_declares():
    described = json.loads(shown("smart_meter", "--json"))
    kind = kinds()["smart_meter"]
    assert [field["name"] for field in described["fields"]] == list(kind.column)
    assert described["fields"][0]["unit"] == "V"
    assert described["fields"][0]["hard"] == [0, 500]
    assert described["limits"][0]["below"] == 198.0
    assert described["options"]["residents"]["default"] == 3.0
    assert described["interval_s"] == kind.interval_s


def test_json_without_a_name_is_a_list_of_all():
    assert [kind["name"] for kind in json.loads(shown("--json"))] == list(kinds())


def test_an_unknown_kind_is_answered_with_the_nearest_and_exit_code_two():
    command = [sys.executable, "-m", "snowgrid", "kinds", "smart_metre"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 2
    assert result.stdout == ""
    assert "did you mean 'smart_meter'?" in result.stderr
    assert "Traceback" not in result.stderr
