"""Wind at the hub of a turbine, and what rotor and blades do with it."""

import math

import numpy as np

from devices.arrays import Floats
from devices.environment.weather import Air

MEASURED_AT_M = 10.0
SHEAR_SHELTERED, SHEAR_OPEN = 0.25, 0.14  # exponents of the wind's growth with height
SHEAR_OF_INVERSION = 0.12  # more on calm clear nights, when the air does not mix

GAS_CONSTANT = 287.05  # of dry air, J/(kg·K)
STANDARD_DENSITY = 1.225  # kg/m³, for which power curves are given

CUT_IN_MPS = 3.0
RATED_MPS = 12.0
CUT_OUT_MPS = 25.0
KNEE = 10  # the higher, the sharper the curve bends into its rating

TIP_SPEED_MPS = 80.0
REFERENCE_W, REFERENCE_RADIUS_M = 2.6e6, 57.0
SLOWEST_SHARE = 0.5  # of the rotor's rated speed, at cut-in
FULL_SPEED_MPS = 9.5

FINE_PITCH_DEG = 0.0
FEATHERED_DEG = 88.0


def hub_wind_mps(air: Air, *, height_m: float, exposure: Floats, inversion: float) -> Floats:
    """Return the mean wind at hub height by the power law, shape (n,).

    Args:
        air: At the foot of the turbines.
        height_m: Of the hub above ground.
        exposure: How open each place is, 0…1.
        inversion: Strength of the inversion, 0…1.
    """
    shear = SHEAR_SHELTERED + (SHEAR_OPEN - SHEAR_SHELTERED) * exposure
    shear = shear + SHEAR_OF_INVERSION * inversion
    higher: Floats = np.exp(shear * math.log(height_m / MEASURED_AT_M))
    return air.wind_speed_mps * higher


def density_kgm3(air: Air) -> Floats:
    """Return the density of the air: a cold gale carries more than a warm one."""
    return air.pressure_hpa * 100.0 / (GAS_CONSTANT * (air.temperature_c + 273.15))


def power_ratio(wind_mps: Floats, density: Floats | float = STANDARD_DENSITY) -> Floats:
    """Return the power of a running turbine divided by its rating.

    Nothing below cut-in, with the cube of the wind between, level from the rated wind on. Thin
    air shifts the curve to higher winds (IEC 61400-12-1) but leaves the rating.

    Args:
        wind_mps: At the hub.
        density: Of the air, kg/m³.
    """
    equivalent_mps = wind_mps * np.cbrt(density / STANDARD_DENSITY)
    cubic = (equivalent_mps**3 - CUT_IN_MPS**3) / (RATED_MPS**3 - CUT_IN_MPS**3)
    rising = np.clip(cubic, 0.0, 4.0)
    ratio: Floats = rising / (1.0 + rising**KNEE) ** (1.0 / KNEE)
    return ratio


def rotor_radius_m(rated_w: float) -> float:
    """Return the radius of a rotor for a rated power: area grows in proportion."""
    return REFERENCE_RADIUS_M * math.sqrt(rated_w / REFERENCE_W)


def running_rpm(wind_mps: Floats, radius_m: float) -> Floats:
    """Return the speed of a running rotor: with the wind, up to where the tips get loud."""
    rated_rpm = TIP_SPEED_MPS / radius_m * 60.0 / (2.0 * math.pi)
    return rated_rpm * np.clip(wind_mps / FULL_SPEED_MPS, SLOWEST_SHARE, 1.0)


def running_pitch_deg(wind_mps: Floats) -> Floats:
    """Return the blades' angle: into the wind up to the rated wind, then ever more out of it."""
    excess_mps = np.maximum(wind_mps - (RATED_MPS - 0.5), 0.0)
    return FINE_PITCH_DEG + 6.0 * np.sqrt(excess_mps)
