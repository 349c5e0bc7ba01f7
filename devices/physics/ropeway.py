"""The mechanics of a ropeway: who rides, what that takes, how warm the drive gets."""

from dataclasses import dataclass

import numpy as np

from devices.arrays import Floats
from devices.physics.processes import Lag

GRAVITY_MPS2 = 9.80665
PERSON_KG = 75.0
EFFICIENCY = 0.85  # of motor and gearbox together
ROLLING_N_PER_M = 9.0  # of rope: sheaves and bearings
STIFF_PER_K = 0.006  # more for each kelvin below freezing, while the grease is cold
RESERVE = 1.2  # of the motor, above a full line

BRAKING_S = 3.0
MOTOR_LAG_S = 40 * 60.0
OIL_LAG_S = 75 * 60.0
ENGINE_ROOM_C = (8.0, 35.0)  # heated in winter, aired in summer


@dataclass(frozen=True, slots=True, kw_only=True)
class Ropeway:
    """What a lift was built for.

    Attributes:
        rope_speed_mps: At full speed.
        seats: People in a carrier.
        carrier_interval_s: Between two carriers at full speed.
        length_m: Of the line.
        vertical_m: Between its ends.
    """

    rope_speed_mps: float
    seats: float
    carrier_interval_s: float
    length_m: float
    vertical_m: float

    @property
    def spacing_m(self) -> float:
        """Rope from one carrier to the next."""
        return self.rope_speed_mps * self.carrier_interval_s

    @property
    def lifting_n_per_person(self) -> float:
        """Force along the rope that one person on the line needs."""
        return PERSON_KG * GRAVITY_MPS2 * self.vertical_m / self.length_m

    @property
    def full_line(self) -> float:
        """People on the line when every seat is taken."""
        return self.seats * self.length_m / self.spacing_m

    @property
    def rated_w(self) -> float:
        """Power of the motor's shaft."""
        force_n = ROLLING_N_PER_M * self.length_m + self.full_line * self.lifting_n_per_person
        return RESERVE * force_n * self.rope_speed_mps

    def places_per_s(self, speed_mps: Floats) -> Floats:
        """Return how many people can board in a second: a slower rope brings fewer carriers."""
        return self.seats * speed_mps / self.spacing_m


class Riders:
    """The people on the lines of n lifts; a line that stands keeps those it has."""

    def __init__(self, length_m: float) -> None:
        self._length_m = length_m
        self._people: Floats | None = None

    def step(self, dt_s: float, boarding_per_s: Floats, speed_mps: Floats) -> Floats:
        """Return the people on the line; the first step takes it to have gone on like this."""
        leaving_per_s = speed_mps / self._length_m
        settled = np.divide(
            boarding_per_s,
            leaving_per_s,
            out=np.zeros_like(boarding_per_s),
            where=leaving_per_s > 0,
        )
        if self._people is None:
            self._people = settled
        moved = settled + (self._people - settled) * np.exp(-leaving_per_s * dt_s)
        self._people = np.where(leaving_per_s > 0, moved, self._people)
        return self._people


class Drives:
    """The drives of n lifts of one sort."""

    def __init__(self, ropeway: Ropeway, count: int, rng: np.random.Generator) -> None:
        self._ropeway = ropeway
        self._rolling_n = ROLLING_N_PER_M * ropeway.length_m * rng.uniform(0.85, 1.15, count)
        self._idle_w = rng.uniform(1_500.0, 4_000.0, count)
        self._speed = Lag(BRAKING_S)
        self._motor = Lag(MOTOR_LAG_S)
        self._oil = Lag(OIL_LAG_S)

    def speed_mps(self, dt_s: float, target_mps: Floats) -> Floats:
        """Return how fast the ropes run; they take some seconds to follow."""
        return self._speed.step(dt_s, target_mps)

    def step(
        self, dt_s: float, speed_mps: Floats, riders: Floats, air_c: Floats
    ) -> dict[str, Floats]:
        """Return power, torque and temperatures by field.

        Args:
            dt_s: Seconds since the last step.
            speed_mps: Of the ropes.
            riders: People on the lines, all on their way up.
            air_c: Outdoors.
        """
        ropeway = self._ropeway
        stiffness = 1.0 + STIFF_PER_K * np.clip(-air_c, 0.0, 40.0)
        force_n = self._rolling_n * stiffness + riders * ropeway.lifting_n_per_person
        turning = speed_mps > 0.01
        torque = turning * force_n * ropeway.rope_speed_mps / ropeway.rated_w
        pace = speed_mps / ropeway.rope_speed_mps
        room_c = np.clip(10.0 + 0.4 * air_c, *ENGINE_ROOM_C)
        return {
            "motor_power_w": self._idle_w + force_n * speed_mps / EFFICIENCY,
            "motor_torque_pct": 100.0 * torque,
            "motor_temperature_c": self._motor.step(
                dt_s, room_c + 14.0 * pace + 60.0 * pace * torque**2 + 12.0 * torque
            ),
            "gearbox_oil_temperature_c": self._oil.step(
                dt_s, room_c + 22.0 * pace + 30.0 * pace * torque
            ),
        }
