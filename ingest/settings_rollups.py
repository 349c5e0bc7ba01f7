"""Settings of the rollups."""

import re

from pydantic import Field, field_validator

from ingest.rollups.tiers import SUFFIXES, Tiers
from ingest.setting_concern import Concern
from ingest.setting_types import Seconds, SecondsOrNever

LENGTH = re.compile(r"(?P<count>[1-9]\d*)(?P<unit>ms|[smhd])")


class RollupSettings(Concern):
    """Windows over the readings, and when they close."""

    enabled: bool = Field(default=True, description="Compute rollups.")
    windows: tuple[str, ...] = Field(
        default=("1m", "15m", "1h"),
        description="Lengths of the windows, each a multiple of the one before.",
    )
    lateness_s: Seconds = Field(
        default=30.0,
        description="How much older than the newest of its kind a reading may be to be in time.",
    )
    idle_s: Seconds = Field(
        default=60.0,
        description="When nothing of a kind comes for so long, its windows close by the clock.",
    )
    early_s: SecondsOrNever = Field(
        default=5.0,
        description="Seconds between early values of the shortest window, 0 for none of them.",
    )
    repair_s: Seconds = Field(
        default=10.0,
        description="A window that late data changed is computed anew when it is quiet so long.",
    )

    @field_validator("windows", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        return [length.strip() for length in value.split(",")] if isinstance(value, str) else value

    @field_validator("windows")
    @classmethod
    def _makes_tiers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        _tiers(value)
        return value

    @property
    def tiers(self) -> Tiers:
        """The windows as the engine wants them."""
        return _tiers(self.windows)


def _tiers(windows: tuple[str, ...]) -> Tiers:
    return Tiers(tuple(map(_length_ms, windows)))


def _length_ms(text: str) -> int:
    found = LENGTH.fullmatch(text)
    if not found:
        raise ValueError("should be lengths like 30s, 1m, 1h or 1d")
    return int(found["count"]) * dict(SUFFIXES)[found["unit"]]
