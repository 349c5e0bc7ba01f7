"""Where the power of a data hall goes that is not its servers': losses always, cooling if it runs.

The power usage effectiveness (ISO/IEC 30134-2) is the whole hall's energy ÷ its servers'. A ratio
of powers at one moment is called an interim PUE.
"""

LOSS_RATIO = 0.05  # supplies, switchgear, distribution and light, per watt of servers


def cooling_ratio(pue_ratio: float) -> float:
    """Return what cooling draws per watt of servers while all of it works."""
    return max(pue_ratio - 1.0 - LOSS_RATIO, 0.0)


def interim_pue_ratio(pue_ratio: float, *, cooled: bool) -> float:
    """Return the ratio of powers with and without the cooling; above 1 always."""
    return 1.0 + LOSS_RATIO + cooled * cooling_ratio(pue_ratio)
