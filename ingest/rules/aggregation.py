"""The readings of a site's devices as one number, for every site at once."""

import numpy as np

from ingest.rules.arrays import Bools, Floats, Rows
from ingest.rules.rule import Function

QUANTILES = {Function.P05: 0.05, Function.P50: 0.5, Function.P95: 0.95}


def aggregated(function: Function, values: Floats, site_of: Rows, sites: int) -> Floats:
    """Return the sum, mean, extreme or percentile of the values of each site.

    Args:
        function: Any that is taken of values; `COUNT` and `SHARE` of zeros and ones.
        values: Shape (n,), without NaN.
        site_of: Shape (n,), the site of each.
        sites: How many there are.

    Returns:
        Shape (sites,). Where a site has no values, a count is 0 and all else is NaN.
    """
    counts = np.bincount(site_of, minlength=sites)
    sums = np.bincount(site_of, weights=values, minlength=sites).astype(float)
    if function is Function.COUNT:
        return sums
    if function is Function.SUM:
        return np.where(counts > 0, sums, np.nan)
    if function in {Function.MEAN, Function.SHARE, Function.SILENT_SHARE}:
        means: Floats = np.divide(sums, counts, out=np.full(sites, np.nan), where=counts > 0)
        return means
    return _ranked(function, values[np.lexsort((values, site_of))], counts)


def _ranked(function: Function, ordered: Floats, counts: Rows) -> Floats:
    """Return the value at a rank, between two of them on the line; as `numpy.percentile` does."""
    result = np.full(len(counts), np.nan)
    some: Bools = counts > 0
    start = (np.cumsum(counts) - counts)[some]
    last = counts[some] - 1
    share = {Function.MIN: 0.0, Function.MAX: 1.0} | QUANTILES
    place = last * share[function]
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, last)
    low, high = ordered[start + below], ordered[start + above]
    result[some] = low + (place - below) * (high - low)
    return result
