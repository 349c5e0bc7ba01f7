import gc
import sys

from ingest.tuning import SWITCH_INTERVAL_S, YOUNG_OBJECTS, tuned


def test_the_interpreter_is_as_before_when_the_work_is_done():
    before = gc.get_threshold(), round(sys.getswitchinterval(), 6), gc.get_freeze_count()
    with tuned():
        assert gc.get_threshold()[0] == YOUNG_OBJECTS
        assert round(sys.getswitchinterval(), 6) == SWITCH_INTERVAL_S
        assert gc.get_freeze_count() > before[2]
    assert (gc.get_threshold(), round(sys.getswitchinterval(), 6), gc.get_freeze_count()) == before
