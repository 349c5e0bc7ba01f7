import json
import subprocess
import sys
from pathlib import Path

from tests.servers.influxql import Database
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port


def run(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "snowgrid", "check", *arguments],
        cwd=folder,
        env={"COLUMNS": "80"} | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings_file(folder: Path, mosquitto: Mosquitto, influxdb: Database) -> Path:
    file = folder / "snowgrid.toml"
    file.write_text(f"""
        [mqtt]
        host = "{mosquitto.host}"
        port = {mosquitto.port}
        [store.influxdb]
        url = "{influxdb.url}"
        org = "{influxdb.org}"
        bucket = "{influxdb.name}"
        rollup_bucket = "{influxdb.rollups.name}"
        [store.spool]
        max_bytes = 67108864
        [deadletters]
        max_bytes = 16777216
    """)
    return file


def test_everything_in_order_ends_with_zero(
    tmp_path: Path, mosquitto: Mosquitto, influxdb: Database
) -> None:
    settings_file(tmp_path, mosquitto, influxdb)
    result = run(tmp_path, SNOWGRID_STORE__INFLUXDB__TOKEN=influxdb.token)
    assert result.returncode == 0, result.stdout
    lines = result.stdout.splitlines()
    assert [line[:2] for line in lines] == ["✓ "] * 8
    assert lines[0].split() == ["✓", "settings", "snowgrid.toml"]
    assert result.stderr == ""
    assert [file.name for file in tmp_path.iterdir()] == ["snowgrid.toml"]


def test_a_rollup_bucket_that_is_missing_is_told_unless_there_are_to_be_no_rollups(
    tmp_path: Path, mosquitto: Mosquitto, influxdb: Database
) -> None:
    settings_file(tmp_path, mosquitto, influxdb)
    env = {
        "SNOWGRID_STORE__INFLUXDB__TOKEN": influxdb.token,
        "SNOWGRID_STORE__INFLUXDB__ROLLUP_BUCKET": "not_there",
    }
    result = run(tmp_path, **env)
    assert result.returncode == 2
    assert "check store.influxdb.org and rollup_bucket, or create it" in result.stdout
    assert run(tmp_path, **env, SNOWGRID_ROLLUPS__ENABLED="false").returncode == 0


def test_every_problem_is_told_and_it_ends_with_two(tmp_path: Path) -> None:
    port = str(free_port())
    result = run(
        tmp_path,
        SNOWGRID_MQTT__PORT=port,
        SNOWGRID_STORE__INFLUXDB__URL=f"http://127.0.0.1:{port}",
        SNOWGRID_DEADLETTERS__DIR="/dev/null",
    )
    assert result.returncode == 2
    wrong = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("✗")]
    assert wrong == ["broker", "store", "dead"]
    assert result.stderr == ""


def test_a_terminal_without_unicode_is_served_too(tmp_path: Path) -> None:
    result = run(tmp_path, SNOWGRID_MQTT__PORT=str(free_port()), PYTHONIOENCODING="ascii")
    assert result.stdout.startswith("+ settings")
    assert "x broker" in result.stdout


def test_wrong_settings_are_told_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text("[mqtt]\nport = 0\nhots = 1\n")
    result = run(tmp_path, "--config", "my.toml")
    assert result.returncode == 2
    assert result.stdout.count("✗ settings my.toml: mqtt.") == 2


def test_json_says_the_same_for_programs(
    tmp_path: Path, mosquitto: Mosquitto, influxdb: Database
) -> None:
    file = settings_file(tmp_path, mosquitto, influxdb)
    result = run(tmp_path, "--config", str(file), "--json", SNOWGRID_STORE__INFLUXDB__TOKEN="no")
    assert result.returncode == 2
    findings = json.loads(result.stdout)
    assert {found["about"]: found["verdict"] for found in findings} == {
        "settings": "good",
        "broker": "good",
        "store": "wrong",
        "spool": "good",
        "dead letters": "good",
    }
