"""Limits as Grafana wants them: steps, each with the colour of what lies between it and the next.

A limit below which values are bad colours what lies under it, so the first step has a colour too.
"""

from itertools import pairwise
from math import inf

from grafana_foundation_sdk.models import dashboard as sdk

from dashboards.model.look import SEVERITY_COLOURS, Threshold
from devices.schema import Severity

_RISING = tuple(Severity)


def steps(thresholds: tuple[Threshold, ...], ordinary: str) -> sdk.ThresholdsConfig:
    """Return limits as steps.

    Args:
        thresholds: In any order.
        ordinary: Colour of values that no limit is about.
    """
    edges = sorted({-inf, inf, *(each.value for each in thresholds)})
    return sdk.ThresholdsConfig(
        mode=sdk.ThresholdsMode.ABSOLUTE,
        steps=[
            sdk.Threshold(
                value=None if low == -inf else low,
                color=_colour(thresholds, low, high) or ordinary,
            )
            for low, high in pairwise(edges)
        ],
    )


def _colour(thresholds: tuple[Threshold, ...], low: float, high: float) -> str | None:
    """Return the colour of the worst limit that values between low and high are beyond."""
    beyond = [
        each.severity
        for each in thresholds
        if (each.value >= high if each.below else each.value <= low)
    ]
    return SEVERITY_COLOURS[max(beyond, key=_RISING.index)] if beyond else None
