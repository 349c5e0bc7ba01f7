"""`snowgrid load` as a person runs it."""

import json
import signal
import subprocess
import sys

import duckdb
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from devices.load.shard import Shard
from snowgrid.__main__ import app
from snowgrid.commands.load_outputs import finish_search
from snowgrid.loading.find_max import Search, Trial
from snowgrid.loading.result import read_report
from tests.snowgrid.loading.runs import run_of

RUN = [sys.executable, "-P", "-m", "snowgrid", "load"]
BAD, WRONG = 1, 2


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RUN, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )


def test_one_command_shows_a_load_that_is_verified_in_its_own_database(tmp_path):
    files = tmp_path / "run.json", tmp_path / "run.html"
    ran = run(
        *("--rate", 400, "--duration", 1, "--warmup", 0, "--devices", 200, "--processes", 2),
        *("--json", files[0], "--html", files[1]),
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Good: nothing lost, doubled or altered on the way into DuckDB" in ran.stdout
    report = read_report(files[0])
    assert report.load.acknowledged == 400
    assert report.service is not None
    assert report.service.received == report.service.stored == 400
    assert report.verification is not None
    assert report.verification.present == report.verification.acknowledged == 400
    assert sum(report.stored.counts if report.stored else []) == 400
    assert files[1].read_text().startswith("<!doctype html>")


def test_every_fault_is_accounted_for_from_the_broker_to_the_rollups(tmp_path):
    faults = "garbage=5%,late=5%:2h,duplicate=5%,gap=5%,retained=5%,wrong-site=5%,unit-error=10%"
    ran = run(
        *("--rate", 400, "--duration", 1, "--warmup", 0, "--devices", 50, "--qos", 1),
        *("--faults", faults, "--json", tmp_path / "run.json"),
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "every fault came to what it must" in ran.stdout.replace("\n", " ")
    report = read_report(tmp_path / "run.json")
    assert report.service
    assert report.faults
    assert report.service.rejected["json"] == report.faults.rejected["json"].least > 0
    assert report.service.lost_upstream == report.faults.lost_upstream > 0
    assert report.skipped_before == report.retained == 50
    assert report.windows
    assert report.windows.windows > 50


def test_a_load_that_is_not_in_the_store_is_bad(mosquitto, tmp_path):
    store = tmp_path / "empty.duckdb"
    duckdb.connect(str(store)).close()
    ran = run(
        *("--broker", mosquitto.url, "--rate", 100, "--duration", 0.5, "--warmup", 0),
        *("--devices", 800, "--shard", "7/8", "--verify", store),
    )
    assert ran.returncode == BAD, ran.stderr
    assert "acknowledged readings are missing in DuckDB empty.duckdb" in ran.stdout
    assert "missing smart_meter load-1/smart-meter-" in ran.stdout


def test_ctrl_c_ends_a_load_with_a_report_of_what_was_done(mosquitto, tmp_path):
    arguments = ("--broker", mosquitto.url, "--rate", "200", "--duration", "60", "--shard", "6/8")
    command = [*RUN, *arguments, "--json", str(tmp_path / "run.json"), "--devices", "800"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("at ")  # the first figures
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 0, rest
    assert "stopped before its time" in rest
    load = read_report(tmp_path / "run.json").load
    assert load.stopped
    assert 0 < load.acknowledged == load.intended < 60 * 200 / 8


def test_a_broker_that_is_not_there_is_told_in_a_line():
    ran = run("--broker", "mqtt://127.0.0.1:9")
    assert ran.returncode == WRONG
    assert "no connection to 127.0.0.1:9" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--shard", "5/4"], "--shard"),
        (["--rate", "90000", "--devices", "20"], "use 91 or more"),
        (["--broker", "http://x"], "want mqtt://"),
        (["--kind", "samovar"], "samovar"),
        (["--verify", "nowhere.duckdb"], "nowhere.duckdb"),
        (["--faults", "garbag=1%"], "did you mean 'garbage'?"),
        (["--faults", "late=1%:30d"], "the service rejects as `stale`"),
    ],
)
def test_what_cannot_be_is_told_before_anything_starts(arguments, said):
    result = CliRunner().invoke(app, ["load", *arguments])
    assert result.exit_code
    assert said in str(result.exception)


@pytest.fixture
def shards(tmp_path, mosquitto):
    files = [tmp_path / f"{number}.json" for number in (1, 2)]
    for number, file in enumerate(files, start=1):
        ran = run(
            *("--broker", mosquitto.url, "--rate", 200, "--duration", 0.5, "--warmup", 0),
            *("--devices", 100, "--shard", Shard(number, 2), "--json", file),
        )
        assert ran.returncode == 0, ran.stderr
    return files


def test_reports_of_shards_are_merged_and_compared(shards, tmp_path):
    merged = tmp_path / "both.json"
    result = CliRunner().invoke(app, ["load", "merge", *map(str, shards), "--json", str(merged)])
    assert result.exit_code == 0, result.output
    assert json.loads(merged.read_text())["load"]["acknowledged"] == 100
    result = CliRunner().invoke(app, ["load", "--compare", *map(str, shards)])
    assert result.exit_code == 0, result.output
    assert "to PUBACK p99" in result.output


def trial(rate_per_s: float, complaint: str = "", bottleneck: str = "") -> Trial:
    return Trial(rate_per_s, 0.002, run_of(bottleneck=bottleneck), complaint)


def test_the_search_tells_the_highest_good_rate_and_what_held_the_next_one_back(tmp_path, capsys):
    found = Search(trial(9_000), trial(9_500, "3 lost", "broker: full"), [])
    finish_search(Console(width=100), found, tmp_path / "best.json", None)
    said = capsys.readouterr().out
    assert "Highest good rate: 9,000 messages/s, p99 2.0 ms" in said
    assert "At 9,500: 3 lost" in said
    assert "Bottleneck: broker: full" in said
    assert read_report(tmp_path / "best.json") == run_of()


def test_a_search_in_which_no_rate_was_good_is_bad():
    with pytest.raises(typer.Exit) as exit_:
        finish_search(Console(), Search(None, trial(1), []), None, None)
    assert exit_.value.exit_code == BAD
