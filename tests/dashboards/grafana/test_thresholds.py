"""Steps colour every value by the worst limit that it is beyond."""

from bisect import bisect_right
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from dashboards.grafana.thresholds import steps
from dashboards.model.look import SEVERITY_COLOURS, Threshold
from devices.schema import Severity

VALUES = st.integers(-5, 5).map(float)
LIMITS = st.builds(Threshold, value=VALUES, severity=st.sampled_from(Severity), below=st.booleans())


@given(st.lists(LIMITS, max_size=6).map(tuple), VALUES.map(lambda value: value + 0.5))
def test_a_value_has_the_colour_of_the_worst_limit_it_is_beyond(
    limits: tuple[Threshold, ...], value: float
):
    beyond = [
        limit.severity
        for limit in limits
        if (value < limit.value if limit.below else value > limit.value)
    ]
    worst = max(beyond, key=list(Severity).index, default=None)
    wanted = "plain" if worst is None else SEVERITY_COLOURS[worst]
    made = steps(limits, "plain").steps
    begins = [-inf if step.value is None else step.value for step in made]
    assert begins == sorted(begins)
    assert made[bisect_right(begins, value) - 1].color == wanted
