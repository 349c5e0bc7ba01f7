"""A window's life: opened, shown early, closed, repaired."""

from itertools import chain

import numpy as np
import pytest

from devices.registry import kinds
from ingest.rollups.columns import device_columns, site_columns
from ingest.rollups.span import Span
from ingest.rollups.tiers import HOUR_MS, MINUTE_MS, Tiers
from tests.ingest.rollups.runs import (
    MAST,
    START_MS,
    Found,
    Reading,
    Row,
    Service,
    all_recomputed,
    read,
)


def at(
    second: float,
    power: float | None = None,
    *,
    wind: float | None = None,
    energy: float | None = None,
    mode: str | None = None,
    door: bool | None = None,
    site: str = "ridge",
    device: str = "a",
) -> Reading:
    ts_ms = START_MS + round(second * 1000)
    return Reading(site, device, ts_ms, power, wind, energy, mode, door)


def device_row(found: Found, tier: str = "1h", *, minute: int = 0, device: str = "a") -> Row:
    return found[f"mast_{tier}", ("ridge", device), START_MS + minute * MINUTE_MS]


def site_row(found: Found, tier: str = "1h") -> Row:
    return found[f"mast_site_{tier}", ("ridge",), START_MS]


def span(hour: int) -> Span:
    return Span("mast", "ridge", START_MS + hour * HOUR_MS)


def test_wind_around_north_is_averaged_as_a_vector():
    row = device_row(all_recomputed([at(1, wind=350.0), at(2, wind=20.0)]))
    assert row == {
        "wind_direction_deg_mean": pytest.approx(5.0, abs=1e-6),
        "wind_direction_deg_count": 2,
    }


def test_winds_that_cancel_out_have_no_mean():
    row = device_row(all_recomputed([at(1, wind=90.0), at(2, wind=270.0)]))
    assert row == {"wind_direction_deg_count": 2}


def test_a_state_lasts_over_the_windows_end_and_until_the_device_is_taken_for_silent():
    found = all_recomputed([at(50, mode="on"), at(70, mode="OL CHRG"), at(200, mode="on")])
    assert device_row(found, "1m")["mode_on_s"] == 10
    assert device_row(found, "1m", minute=1)["mode_on_s"] == 10
    assert device_row(found, "1m", minute=1)["mode_ol_chrg_s"] == 50
    assert device_row(found)["mode_ol_chrg_s"] == 60
    assert device_row(found)["mode_last"] == "on"


def test_a_window_in_which_a_device_was_not_heard_has_no_row_though_its_state_lasts():
    found = all_recomputed([at(50, mode="on"), at(170, 1.0)])
    assert ("mast_1m", ("ridge", "a"), START_MS + MINUTE_MS) not in found


def test_a_boolean_is_the_share_of_the_time_it_is_known():
    found = all_recomputed([at(0, door=True), at(15, door=False)])
    assert device_row(found, "1m")["door_open_ratio"] == 0.25


def test_a_step_over_a_boundary_belongs_to_the_later_window():
    found = all_recomputed([at(59, energy=10.0), at(61, energy=10.03)])
    assert device_row(found, "1m")["energy_kwh_increase"] == 0
    assert device_row(found, "1m", minute=1)["energy_kwh_increase"] == 0.03


def test_a_site_sums_powers_and_gains_and_counts_its_devices_by_their_last_word():
    row = site_row(
        all_recomputed(
            [
                at(1, 100.0, energy=5.00, mode="on", door=True),
                at(2, 300.0, energy=5.02, mode="on", door=True),
                at(3, 50.0, energy=7.00, mode="off", door=False, device="b"),
                at(4, energy=7.01, mode="on", door=True, device="b"),
                at(5, 150.0, site="valley", device="c"),
            ]
        )
    )
    assert row["devices_count"] == 2
    assert (row["power_w_sum"], row["power_w_mean"], row["power_w_p50"]) == (250, 125, 125)
    assert row["energy_kwh_increase"] == pytest.approx(0.03)
    assert (row["mode_on_count"], row["mode_off_count"], row["mode_ol_chrg_count"]) == (2, 0, 0)
    assert row["door_open_true_count"] == 2
    assert "frost_c_sum" not in row


def test_a_window_closes_when_the_watermark_passes_its_end():
    service = Service()
    service.take([at(0, 1.0), at(59, 3.0)])
    service.take([at(69, 9.0)])
    assert service.advance() == {}
    service.take([at(70, 9.0)])
    closed = service.advance()
    assert [key[0] for key in closed] == ["mast_1m", "mast_site_1m"]
    assert device_row(closed, "1m")["power_w_mean"] == 2


def test_windows_of_a_stream_that_stopped_close_by_the_wall_clock():
    service = Service()
    service.take([at(5, 1.0)])
    service.advance(service.now_ms + 30_000)
    assert service.found == {}
    service.advance(service.now_ms + 65_000)
    assert [key[0] for key in service.found] == ["mast_1m", "mast_site_1m"]


def test_one_batch_of_fast_simulated_time_fills_and_closes_many_windows():
    service, wall_ms = Service(), START_MS + 100 * HOUR_MS
    service.take([at(0, 1.0)], wall_ms)
    service.take([at(second, 1.0) for second in range(0, 7200, 20)], wall_ms + 1_000)
    service.advance()
    assert sum(key[0] == "mast_1m" for key in service.found) == 119
    assert device_row(service.found)["power_w_count"] == 180


def test_early_rows_have_the_identity_of_the_final_ones_and_let_states_last_until_now():
    service = Service()
    service.take([at(0, 1.0, mode="on"), at(20, 5.0)])
    early = read(chain.from_iterable(service.rollups.early(service.now_ms)))
    assert device_row(early, "1m")["power_w_mean"] == 3
    assert device_row(early, "1m")["mode_on_s"] == 20
    service.finish()
    assert early.keys() <= service.found.keys()
    assert device_row(service.found, "1m")["mode_on_s"] == 60


def test_the_span_in_progress_at_the_start_is_repaired_once_it_is_over():
    service = Service()
    service.take([at(1800, 1.0)])
    service.advance()
    assert service.dirty == []
    assert service.rollups.open_spans() == {span(0)}
    service.finish()
    assert service.dirty == service.spans == [span(0)]
    assert service.rollups.open_spans() == frozenset()


def test_a_device_that_appears_after_the_look_back_is_new_and_needs_no_repair():
    service = Service()
    for minute in range(240):
        service.take([at(minute * 60, 1.0)])
        service.advance()
    service.take([at(240 * 60, 1.0, device="b")])
    service.finish()
    assert service.dirty == [span(0)]


def test_a_repeated_reading_is_no_reason_for_a_repair():
    service = Service()
    service.take([at(0, 1.0), at(100 * 60, 1.0)])
    service.advance()
    service.take([at(100 * 60, 1.0)])
    service.finish()
    assert service.dirty.count(span(1)) == 1
    assert device_row(service.found, minute=60)["power_w_count"] == 1


def test_fields_of_one_moment_that_come_in_two_messages_are_one_reading():
    service = Service()
    service.take([at(10, 1.0)])
    service.advance()
    service.take([at(10, energy=5.0)])
    found = service.finish()
    assert device_row(found)["power_w_count"] == 1
    assert device_row(found)["energy_kwh_last"] == 5.0
    assert service.dirty == [span(0)]


def one_by_one(*readings: Reading) -> Found:
    """Return what is written without any repair."""
    service = Service(repairs=False)
    for reading in readings:
        service.take([reading])
        service.advance()
    return service.finish()


def test_an_old_reading_that_comes_again_is_not_counted_twice_even_before_the_repair():
    found = one_by_one(at(10, 1.0), at(20, 2.0), at(10, 1.0))
    assert device_row(found)["power_w_count"] == 2


def test_an_old_reading_with_a_new_field_does_not_make_the_device_forget_its_newest():
    found = one_by_one(at(20, 1.0), at(10, energy=5.0), at(15, 7.0))
    assert device_row(found)["power_w_count"] == 1
    assert device_row(found)["energy_kwh_last"] == 5.0


def test_the_step_after_a_contradiction_starts_from_what_the_store_believes():
    found = one_by_one(at(50, energy=10.0), at(50, energy=10.02), at(70, energy=10.03))
    assert device_row(found, "1m", minute=1)["energy_kwh_increase"] == 0.01


def test_a_backlog_makes_just_its_spans_dirty():
    service = Service()
    for minute in range(0, 300, 2):
        service.take([at(minute * 60, 1.0), at(minute * 60, 1.0, device="b")])
        service.advance()
    before = len(service.dirty)
    service.take([at(150 * 60 + 1, 1.0)])
    service.advance()
    assert set(service.dirty[before:]) == {span(2), span(3)}


def test_readings_wait_for_company_and_are_known_to_be_open_meanwhile():
    service = Service()
    service.take([at(1, 1.0)])
    assert service.rollups.open_spans() == {span(0)}


def test_more_devices_than_there_was_room_for_are_all_kept():
    service = Service()
    for start in range(0, 300, 50):
        names = [f"d{number:03}" for number in range(start, start + 50)]
        service.take([at(start / 100, float(n), device=name) for n, name in enumerate(names)])
        service.advance()
    found = service.finish()
    assert site_row(found)["devices_count"] == 300
    assert device_row(found, device="d249")["power_w_mean"] == 49
    assert sum(key[0] == "mast_1h" for key in found) == 300


def test_rows_have_the_columns_of_their_kind_in_order_each_in_one_piece():
    service = Service()
    service.take([at(0, 1.0)])
    ((devices, sites),) = service.rollups.early(service.now_ms)
    assert list(devices.columns) == list(device_columns(MAST))
    assert list(sites.columns) == list(site_columns(MAST))
    texts = {name for name, column in devices.columns.items() if isinstance(column, list)}
    assert texts == {name for name, what in device_columns(MAST).items() if what == "text"}
    numbers = [column for column in devices.columns.values() if isinstance(column, np.ndarray)]
    assert all(column.flags.c_contiguous and column.dtype == np.float64 for column in numbers)


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_no_two_columns_of_a_kind_have_one_name(kind):
    figures = {"gauge": 4, "counter": 2, "state": 1, "boolean": 1}
    expected = sum(
        2 if field.circular else figures[field.type] + len(field.states) for field in kind.fields
    )
    assert len(device_columns(kind)) == expected


@pytest.mark.parametrize("lengths", [(), (0,), (60, 60), (60, 90), (90, 60)])
def test_tiers_are_ascending_multiples(lengths):
    with pytest.raises(ValueError, match=r"want at least one|is no longer multiple of"):
        Tiers(lengths)


def test_tiers_are_called_by_their_largest_unit():
    assert Tiers((30_000, MINUTE_MS, 24 * HOUR_MS)).suffixes == ("30s", "1m", "1d")
