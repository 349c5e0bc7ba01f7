"""`snowgrid kinds KIND --plot`: a simulated stretch of a kind, drawn."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from devices.environment.localtime import CHINA_STANDARD_TIME
from devices.fleets.file import load_fleet
from devices.registry import kind_named
from snowgrid.kind_pages.stretch import Setting, group_of, simulate

START = datetime(2026, 1, 15, tzinfo=CHINA_STANDARD_TIME)


def snowgrid(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "snowgrid", "kinds", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def size_of(png: Path) -> tuple[int, int]:
    head = png.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def test_a_picture_is_written_and_said_where(tmp_path):
    file = tmp_path / "rack.png"
    done = snowgrid("rack_sensor", "--plot", str(file), "--hours", "3", "--event", "outage")
    assert done.returncode == 0, done.stderr
    assert str(file) in done.stdout
    assert min(size_of(file)) > 300


@pytest.mark.parametrize("name", ["no-folder/rack.png", "rack.wav"])
def test_a_file_that_cannot_be_written_is_said_with_exit_code_two(tmp_path, name):
    done = snowgrid("rack_sensor", "--plot", str(tmp_path / name), "--hours", "1")
    assert done.returncode == 2
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_a_picture_of_no_kind_is_asked_back():
    done = snowgrid("--plot", "x.png")
    assert done.returncode == 2
    assert "snowgrid kinds KIND --plot" in done.stderr.replace("\n", " ")


def test_a_stretch_has_what_the_devices_of_the_fleet_report():
    kind = kind_named("smart_meter")
    group, place = group_of(kind, load_fleet("langfang"))
    stretch = simulate(Setting(group=group, place=place, start=START, hours=2.0, seed=1))
    assert stretch.times[1] - stretch.times[0] == timedelta(seconds=kind.interval_s)
    assert {values.shape for values in stretch.values.values()} == {(120, len(stretch.devices))}
    assert 200 < np.nanmean(stretch.values["voltage_l1_v"]) < 240


def test_a_kind_that_a_fleet_lacks_stands_where_its_kin_do():
    group, place = group_of(kind_named("rack_sensor"), load_fleet("chongli"))
    assert len(group) > 1
    assert place.name == load_fleet("chongli").sites[0].place.name
