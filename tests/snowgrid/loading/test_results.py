"""Verdicts, bottlenecks, sums and comparisons of runs."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from rich.console import Console

from devices.errors import LoadInvalid
from devices.load.histogram import Histogram
from ingest.errors import ConfigError
from snowgrid.loading.bottleneck import bottleneck_of
from snowgrid.loading.compare import change, print_comparison, rows_of
from snowgrid.loading.figures import Row, duration
from snowgrid.loading.find_max import Trial, find_max
from snowgrid.loading.html import page
from snowgrid.loading.result import RunReport, merged_runs, read_report, write_report
from snowgrid.loading.service import read_figures
from snowgrid.loading.stored import latency_of as stored_latency_of
from snowgrid.loading.text import print_report
from snowgrid.loading.usage import Usage, Watch
from snowgrid.loading.verdict import notes_of, praise_of, problems_of
from snowgrid.loading.verification import FieldCount, Verification
from tests.snowgrid.loading.runs import latency_of, load_of, run_of, service_of


def test_a_run_in_which_all_arrived_is_good():
    assert problems_of(run_of()) == []


@pytest.mark.parametrize(
    ("run", "problem"),
    [
        (run_of(load_of(sent=90, acknowledged=90)), "10 of 100 messages could not be sent"),
        (run_of(load_of(acknowledged=97)), "3 messages were sent and never acknowledged"),
        (
            run_of(load_of(acknowledged=98, refused=2, reasons={"QUOTA_EXCEEDED": 2})),
            "2 messages were refused by the broker: QUOTA_EXCEEDED 2",
        ),
        (run_of(load_of(intended=0, sent=0, acknowledged=0)), "nothing was due"),
        (run_of(service=service_of(received=95)), "5 acknowledged readings never reached"),
        (run_of(service=service_of(balance=3)), "own books do not balance: +3"),
        (
            run_of(service=service_of(rejected={"range": 4})),
            "rejected 4 readings as `range`, and 0 should",
        ),
        (run_of(service=service_of(in_flight=6)), "6 readings were not durable in time"),
        (run_of(service=service_of(refused=1)), "the store refused 1 readings"),
        (run_of(service=service_of(stored=92)), "8 readings were not in the database in time"),
        (run_of(verification=Verification(store="X", missing=3)), "3 acknowledged readings are mi"),
        (run_of(verification=Verification(store="X", doubled=1)), "1 readings are doubled in X"),
        (run_of(verification=Verification(store="X", unexpected=2)), "2 readings are in X that"),
        (
            run_of(
                verification=Verification(
                    store="X", altered=2, fields={"server.load": FieldCount(altered=2)}
                )
            ),
            "2 readings are altered in X: server.load (2)",
        ),
    ],
)
def test_each_thing_that_goes_wrong_makes_the_verdict_bad_and_is_named(run, problem):
    assert any(problem in said for said in problems_of(run))


def test_at_qos_0_what_the_service_did_not_get_is_a_note_and_no_problem():
    run = run_of(service=service_of(received=90, committed=90, stored=90))
    run = msgspec.structs.replace(run, order=msgspec.structs.replace(run.order, qos=0))
    assert problems_of(run) == []
    assert any("10 acknowledged readings never reached" in note for note in notes_of(run))


@pytest.mark.parametrize(
    ("run", "praise"),
    [
        (run_of(verification=Verification(store="X")), "on the way into X"),
        (run_of(), "by the service's books"),
        (run_of(service=None), "the broker acknowledged everything"),
    ],
)
def test_a_good_run_is_praised_for_no_more_than_was_looked_at(run, praise):
    assert praise in praise_of(run)


def test_more_received_than_acknowledged_is_no_problem_since_messages_may_come_twice():
    assert problems_of(run_of(service=service_of(received=103, committed=103, stored=103))) == []


@pytest.mark.parametrize(
    ("run", "ended", "who"),
    [
        (run_of(), service_of(), ""),
        (run_of(), service_of(spooled=80), "store"),
        (run_of(), service_of(received=20), "ingest"),
        (run_of(load_of(latency=latency_of(0.3))), None, "broker"),
        (run_of(load_of(lateness=latency_of(0.3))), None, "broker"),
        (
            run_of(
                load_of(lateness=latency_of(0.3)),
                usage=Usage(by_role={"publisher": 0.97}, busy=1.0, processors=2),
            ),
            None,
            "publisher",
        ),
    ],
)
def test_the_bottleneck_is_the_part_in_front_of_which_work_piled_up(run, ended, who):
    assert bottleneck_of(run, ended).partition(":")[0] == who


async def test_the_search_closes_in_on_the_rate_that_is_too_much():
    capacity_per_s = 13_000.0
    tried: list[Trial] = []

    async def run(rate_per_s):
        late_s = 2.0 if rate_per_s > capacity_per_s else 0.01
        return run_of(load_of(latency=latency_of(late_s)))

    found = await find_max(run, 1_000.0, 0.5, tried.append)
    assert found.best
    assert found.limit
    assert found.best.rate_per_s <= capacity_per_s < found.limit.rate_per_s
    assert found.limit.rate_per_s / found.best.rate_per_s < 1.1
    assert found.trials == tried
    assert found.limit.complaint == "p99 2,000 ms, above 500 ms"


async def test_the_search_goes_down_from_a_rate_that_is_too_much():
    async def run(rate_per_s):
        return run_of(problems=["lost"] if rate_per_s > 70 else [])

    found = await find_max(run, 1_000.0, 0.5, lambda _: None)
    assert found.best
    assert 63 < found.best.rate_per_s <= 70


async def test_a_search_that_is_stopped_tries_nothing_more():
    async def run(_):
        return run_of(load_of(stopped=True))

    assert len((await find_max(run, 1_000.0, 0.5, lambda _: None)).trials) == 1


def test_the_latency_to_the_store_is_the_distance_of_two_curves():
    counted = [(t / 10, min(200, max(0, round((t / 10 - 0.5) * 100)))) for t in range(40)]
    latency = stored_latency_of(counted, [100, 100], 0.0)
    assert len(latency) == 200
    assert latency.percentile_s(50) == pytest.approx(0.5, abs=0.11)
    assert latency.max_s < 0.65


def test_what_was_due_in_the_warm_up_is_not_timed():
    assert len(stored_latency_of([(3.0, 200)], [100, 100], 1.0)) == 100


def test_without_anything_stored_there_is_no_latency():
    assert len(stored_latency_of([], [100], 0.0)) == 0


def test_the_answer_of_another_program_is_no_service():
    with pytest.raises(ConfigError, match="no Snowgrid service"):
        read_figures("# TYPE up gauge\nup 1\n", 0.0, "http://x")


def test_processor_time_of_roles_is_read_from_proc(tmp_path):
    (tmp_path / "7").mkdir()
    stat = tmp_path / "7" / "stat"
    stat.write_text("7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 100 50 0")
    machine = tmp_path / "stat"
    machine.write_text("cpu  10 0 10 500 20 0 0 0\n")
    watch = Watch({"broker": [7], "gone": [8]}, tmp_path)
    stat.write_text("7 (a b) c) S 1 2 3 4 5 6 7 8 9 10 250 100 0")
    machine.write_text("cpu  210 0 110 900 20 0 0 0\n")
    usage = watch.usage(2.0)
    assert usage.by_role == {"broker": 1.0, "gone": 0.0}
    assert usage.busy == 1.5


def test_a_report_read_from_its_file_is_the_report(tmp_path):
    write_report(run_of(), tmp_path / "run.json")
    assert read_report(tmp_path / "run.json") == run_of()


def test_what_is_no_report_is_refused(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(LoadInvalid, match="no report of a load"):
        read_report(tmp_path / "run.json")


def sharded(shard: str, **load: Any) -> RunReport:
    run = run_of(load_of(**load), shards=[shard])
    return msgspec.structs.replace(run, order=msgspec.structs.replace(run.order, shard=shard))


def test_reports_of_shards_add_up_and_their_percentiles_are_those_of_all_messages():
    slow = latency_of(*([0.5] * 100))
    both = merged_runs([sharded("1/2"), sharded("2/2", latency=slow, reasons={"X": 2})])
    assert both.shards == ["1/2", "2/2"]
    assert both.load.intended == 200
    assert both.load.reasons == {"X": 2}
    assert both.load.sent_by_due_s == [100, 100]
    assert [second.due for second in both.load.seconds] == [100, 100]
    latency = Histogram.of(both.load.latency)
    assert latency.percentile_s(49) < 0.01
    assert latency.percentile_s(51) == pytest.approx(0.5)


def test_one_shard_twice_or_two_loads_do_not_add_up():
    with pytest.raises(LoadInvalid, match="twice"):
        merged_runs([sharded("1/2"), sharded("1/2")])
    other = msgspec.structs.replace(run_of(), order=msgspec.structs.replace(run_of().order, seed=9))
    with pytest.raises(LoadInvalid, match="different loads"):
        merged_runs([run_of(), other])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (Row("a", "", 100, 1), Row("a", "", 150, 1), "[red]+50%[/]"),
        (Row("a", "", 100, -1), Row("a", "", 150, -1), "[green]+50%[/]"),
        (Row("a", "", 100, 1), Row("a", "", 104, 1), "+4%"),
        (Row("a", "", 0, 1), Row("a", "", 3, 1), "[red]+3[/]"),
        (Row("a", "", 5, 1), Row("a", "", 5, 1), "="),
        (Row("a", ""), None, ""),
    ],
)
def test_a_change_is_coloured_by_whether_more_is_worse(before, after, said):
    assert change(before, after) == said


def printed(print_it: Callable[[Console], None]) -> str:
    stream = StringIO()
    print_it(Console(file=stream, width=120, highlight=False))
    return stream.getvalue()


def test_two_runs_stand_side_by_side_with_every_figure():
    slower = run_of(load_of(latency=latency_of(0.2)))
    text = printed(lambda console: print_comparison(console, ("old", "new"), (run_of(), slower)))
    assert "to PUBACK p99" in text
    for row in rows_of(slower):
        assert row.text in text


def test_the_report_on_the_terminal_says_what_is_bad_and_why():
    run = run_of(problems=["3 readings are missing"], bottleneck="store: it is slow")
    text = printed(lambda console: print_report(console, run))
    assert "Bad: 3 readings are missing" in text
    assert "Bottleneck: store: it is slow" in text


def test_the_html_report_needs_nothing_from_anywhere_and_its_pictures_are_well_formed():
    html = page(run_of(problems=["<b> & co"], stored=latency_of(0.4)))
    assert not re.search(r"(src|href)=|https?://|@import", html)
    assert "&lt;b&gt; &amp; co" in html
    pictures = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(pictures) == 2
    for picture in pictures:
        lines = ET.fromstring(picture).findall("path[@d]")  # noqa: S314 - our own
        assert any(line.get("class") == "line c" for line in lines)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0 µs"), (0.000_25, "250 µs"), (0.0123, "12.3 ms"), (0.9999, "1 s"), (123.4, "123 s")],
)
def test_durations_are_read_in_three_digits(seconds, text):
    assert duration(seconds) == text


def test_a_reading_that_never_gets_to_the_store_is_finished_as_well():
    set_aside = {"json": 7, "range": 3}
    figures = service_of(committed=88, rejected=set_aside, skipped=2, stored=80, refused=5)
    assert figures.finished == 100 - 3  # the rest waits for the store
