"""From exact values to what a device would send: registers roll over, numbers are rounded."""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from devices.arrays import Floats
from devices.schema import Field, Kind

REGISTER_SLACK = 1e-6  # of a step, so that thrice 0.1 shows as 0.3 and not as 0.2


def finish(kind: Kind, arrays: Mapping[str, Floats]) -> Floats:
    """Return the readings of n devices as the matrix a gateway publishes from.

    Args:
        kind: What the arrays belong to.
        arrays: Exact values as `Model.step` returns them, shape (n,) each, at least one.

    Returns:
        Shape (n, fields), columns in the order of `kind.fields`, NaN where a device does not
        report the field. Gauges are rounded to their resolution. Counters show whole steps of
        their resolution, never more than was counted, and start again from 0 at their modulus,
        which itself is never shown. There is no negative zero.

    Raises:
        ValueError: An array belongs to no field of the kind.
    """
    if unknown := arrays.keys() - kind.column.keys():
        raise ValueError(f"kind {kind.name!r} has no field {', '.join(sorted(unknown))}")
    count = len(next(iter(arrays.values())))
    readings = np.full((count, len(kind.fields)), np.nan)
    for column, field in enumerate(kind.fields):
        if field.name in arrays:
            readings[:, column] = _finished(field, arrays[field.name])
    return readings


def _finished(field: Field, values: Floats) -> Floats:
    if field.resolution is None:
        return values
    if field.modulus is None:
        steps = np.rint(values / field.resolution)
    else:
        steps = np.floor(values / field.resolution + REGISTER_SLACK)
        steps = np.mod(steps, round(field.modulus / field.resolution))
    # The product is off by one bit here and there; a number of that many decimals is meant.
    return np.round(steps * field.resolution, decimals_of(field.resolution)) + 0.0


def decimals_of(resolution: float) -> int:
    """Return how many decimals a number of this resolution needs: 0.05 → 2, 10 → 0."""
    exponent = Decimal(str(resolution)).normalize().as_tuple().exponent
    return max(0, -int(exponent))
