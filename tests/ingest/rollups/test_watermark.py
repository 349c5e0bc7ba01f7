"""How event time goes on."""

from ingest.rollups.watermark import Watermark

DAY_MS = 86_400_000


def watermark(newest_ms: int = 0, now_ms: int = DAY_MS) -> Watermark:
    return Watermark(newest_ms, now_ms, lateness_ms=10_000, idle_ms=30_000)


def test_it_follows_the_newest_reading_by_the_allowed_lateness():
    mark = watermark()
    mark.hear(60_000, DAY_MS)
    mark.hear(50_000, DAY_MS)
    assert mark.at(DAY_MS) == 50_000


def test_a_device_whose_clock_is_ahead_moves_it_no_further_than_the_wall_clock():
    mark = watermark()
    mark.hear(DAY_MS + 60_000, DAY_MS)
    assert mark.at(DAY_MS) == DAY_MS - 10_000


def test_when_nothing_comes_it_goes_on_with_the_wall_clock():
    mark = watermark(60_000, now_ms=DAY_MS)
    assert mark.at(DAY_MS + 30_000) == 50_000
    assert mark.at(DAY_MS + 31_000) == 51_000


def test_it_never_goes_back_when_readings_come_again_after_a_pause():
    mark = watermark(60_000, now_ms=DAY_MS)
    mark.at(DAY_MS + 60_000)
    mark.hear(61_000, DAY_MS + 60_000)
    assert mark.at(DAY_MS + 60_000) == 80_000


def test_simulated_time_may_run_far_faster_than_the_wall_clock():
    mark = watermark()
    for second in range(10):
        mark.hear(second * 60_000, DAY_MS + second * 1000)
    assert mark.at(DAY_MS + 9_000) == 9 * 60_000 - 10_000


def test_more_lateness_from_now_on_opens_nothing_again():
    mark = watermark()
    mark.hear(60_000, DAY_MS)
    assert mark.at(DAY_MS) == 50_000
    mark.adopt(lateness_ms=20_000, idle_ms=30_000)
    mark.hear(65_000, DAY_MS)
    assert mark.at(DAY_MS) == 50_000
    mark.hear(80_000, DAY_MS)
    assert mark.at(DAY_MS) == 60_000


def test_less_lateness_from_now_on_closes_earlier():
    mark = watermark(60_000, now_ms=DAY_MS)
    mark.adopt(lateness_ms=1_000, idle_ms=5_000)
    assert mark.at(DAY_MS) == 59_000
    assert mark.at(DAY_MS + 6_000) == 60_000
