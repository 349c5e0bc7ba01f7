"""A judge that cannot find what is missing, doubled or altered would be worthless."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.core.rejection import DeadLetter
from tests.torture.damage import Flip
from tests.torture.judge import Evidence, judge
from tests.torture.publisher import NOT_YET
from tests.torture.readings import BAD_EVERY, Letter, Readings, Row, Sort

READINGS = Readings(start_ms=1_760_000_000_000, devices=10, step_ms=10)
SENT = BAD_EVERY * len(Sort) + 100
ACKNOWLEDGED_AT = 50.0
GOOD = 4 * BAD_EVERY + 1
BAD = next(n for n in range(SENT) if READINGS.sort(n) is Sort.RANGE)
MIXED = next(n for n in range(SENT) if READINGS.sort(n) is Sort.MIXED)
REFUSED = next(n for n in range(SENT) if READINGS.sort(n) is Sort.REFUSED)


def letter(kept: Letter) -> DeadLetter:
    return DeadLetter(
        arrived_ms=0,
        topic=kept.topic,
        reason=kept.reason,
        place="",
        message="",
        payload=kept.payload,
        size_bytes=len(kept.payload),
    )


def rows() -> list[Row]:
    return [row for number in range(SENT) if (row := READINGS.row(number))]


def letters() -> list[DeadLetter]:
    return [letter(kept) for number in range(SENT) if (kept := READINGS.letter(number))]


def evidence(
    *,
    rows: Iterable[Row] | None = None,
    letters: Iterable[DeadLetter] | None = None,
    promised: bool = True,
    acknowledged: bool = True,
) -> Evidence:
    """Return the evidence of a run in which all went well, but for what is given."""
    return Evidence(
        readings=READINGS,
        sent=SENT,
        promised_at=[ACKNOWLEDGED_AT if promised else NOT_YET] * SENT,
        acknowledged=lambda _: acknowledged,
        rows=rows if rows is not None else ALL_ROWS,
        letters=letters if letters is not None else ALL_LETTERS,
    )


ALL_ROWS = rows()
ALL_LETTERS = letters()


def without(number: int) -> list[Row]:
    return [row for row in ALL_ROWS if row != READINGS.row(number)]


def test_when_all_is_there_nothing_is_violated():
    verdict = judge(evidence())
    assert verdict.violations == []
    assert verdict.stored == len(ALL_ROWS)
    assert sum(verdict.letters.values()) == len(ALL_LETTERS)
    assert verdict.promised == verdict.acknowledged == SENT


def test_a_missing_reading_is_named_by_device_and_seq():
    found = judge(evidence(rows=without(GOOD))).violations
    name = f"device {READINGS.device(GOOD)} seq {READINGS.seq(GOOD)}"
    assert found == [f"missing: {name}, the service acknowledged it, is not in the database (good)"]


def test_a_reading_that_the_service_acknowledged_may_not_be_missing_though_nobody_promised_it():
    assert judge(evidence(rows=without(GOOD), promised=False)).violations


def test_a_reading_that_nobody_acknowledged_may_be_there_or_not():
    nothing = evidence(rows=without(GOOD), promised=False, acknowledged=False)
    assert judge(nothing).violations == []


def test_a_reading_that_is_stored_twice_is_found():
    found = judge(evidence(rows=[*ALL_ROWS, ALL_ROWS[5]])).violations
    assert len(found) == 1
    assert found[0].startswith("doubled: ")


def test_an_altered_reading_is_found():
    row = READINGS.row(GOOD)
    assert row is not None
    for altered in (
        row._replace(voltage_v=1.0),
        row._replace(power_w=None),
        row._replace(site="elsewhere"),
        row._replace(device="m-8"),
    ):
        assert judge(evidence(rows=[*without(GOOD), altered])).violations


def test_a_point_at_a_time_at_which_nobody_measured_is_found():
    stray = ALL_ROWS[5]._replace(ts_ms=ALL_ROWS[5].ts_ms + 1)
    found = judge(evidence(rows=[*ALL_ROWS, stray])).violations
    assert found == [f"the database holds what nobody sent: {stray}"]


def test_a_bad_reading_in_the_database_is_found():
    good = READINGS.row(BAD + READINGS.devices)
    assert good is not None
    stored = good._replace(ts_ms=good.ts_ms - READINGS.step_ms)
    assert judge(evidence(rows=[*ALL_ROWS, stored])).violations


def payload_of(number: int) -> bytes:
    kept = READINGS.letter(number)
    assert kept is not None
    return kept.payload


@pytest.mark.parametrize("number", [BAD, MIXED, REFUSED])
def test_a_missing_dead_letter_is_found(number: int):
    kept = [each for each in ALL_LETTERS if each.payload != payload_of(number)]
    found = judge(evidence(letters=kept)).violations
    assert len(found) == 1
    assert "among the dead letters" in found[0]


def test_a_dead_letter_of_a_good_reading_is_found():
    wrong = letter(Letter(READINGS.topic(GOOD), "range", READINGS.payload(GOOD)))
    assert judge(evidence(letters=[*ALL_LETTERS, wrong])).violations


def test_a_dead_letter_with_another_reason_or_payload_is_found():
    index = next(i for i, each in enumerate(ALL_LETTERS) if each.reason == "range")
    for change in ({"reason": "json"}, {"payload": ALL_LETTERS[index].payload[:-1]}):
        wrong = replace(ALL_LETTERS[index], **change)
        changed = [*ALL_LETTERS[:index], wrong, *ALL_LETTERS[index + 1 :]]
        assert judge(evidence(letters=changed)).violations


def test_a_dead_letter_may_be_there_twice_after_a_redelivery():
    verdict = judge(evidence(letters=[*ALL_LETTERS, ALL_LETTERS[0]]))
    assert verdict.violations == []
    assert verdict.repeated_letters == 1


@pytest.mark.parametrize(
    ("killed_after_s", "acknowledged", "accepted"),
    [(1.0, False, True), (20.0, False, False), (-20.0, False, False), (1.0, True, False)],
    ids=["just before", "long before", "long after", "acknowledged by the service"],
)
def test_only_what_a_killed_broker_can_have_forgotten_may_be_missing(
    *, killed_after_s: float, acknowledged: bool, accepted: bool
):
    known = replace(
        evidence(rows=without(GOOD), acknowledged=acknowledged),
        broker_killed_at=[ACKNOWLEDGED_AT + killed_after_s],
    )
    verdict = judge(known)
    assert (verdict.violations == []) is accepted
    assert verdict.lost_by_broker == accepted


@pytest.mark.parametrize(("told", "violations"), [(True, 0), (False, 1)])
def test_what_a_flipped_bit_cost_is_counted_and_must_be_told(*, told: bool, violations: int):
    flip = Flip(segment=Path("segment"), numbers=frozenset({GOOD, GOOD + 1, GOOD + 2}))
    gone = {READINGS.row(GOOD), READINGS.row(GOOD + 1)}
    known = replace(
        evidence(rows=[row for row in ALL_ROWS if row not in gone]),
        flips=[flip],
        told_of=lambda _: told,
    )
    verdict = judge(known)
    assert verdict.lost_by_disk == 2
    assert len(verdict.violations) == violations


def test_what_a_flipped_bit_cannot_have_cost_may_not_be_missing():
    flip = Flip(segment=Path("segment"), numbers=frozenset({GOOD + 1}))
    assert judge(replace(evidence(rows=without(GOOD)), flips=[flip])).violations


@pytest.mark.parametrize("was_back", [True, False])
def test_a_good_reading_may_be_set_aside_as_future_only_where_the_clock_was_behind(
    *, was_back: bool
):
    aside = letter(READINGS.letter_of_a_slow_clock(GOOD))
    known = evidence(rows=without(GOOD), letters=[*ALL_LETTERS, aside])
    verdict = judge(replace(known, clock_was_back=was_back))
    assert (verdict.violations == []) is was_back
    assert verdict.set_aside_by_clock == was_back
