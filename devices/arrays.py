"""The array type that models, environment and simulator share."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
