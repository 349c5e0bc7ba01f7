"""Every setting of the service, one frozen model per concern.

Values come from `snowgrid.toml`, then from the environment (`SNOWGRID_MQTT__HOST`), then from
command-line options, the later winning. Secrets come from the environment or from files only.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ingest import settings_sources
from ingest.core.sources import MOST_DEVICES
from ingest.setting_concern import Concern
from ingest.setting_types import Bytes, Days, PortOrAny, Seconds
from ingest.settings_alerts import AlertSettings
from ingest.settings_mqtt import MqttSettings
from ingest.settings_rollups import RollupSettings
from ingest.settings_stores import StoreSettings
from ingest.text import MIB

DEFAULT_FILE = Path("snowgrid.toml")


class BatchSettings(Concern):
    """When the messages taken so far are decoded and committed together: at the first of these."""

    max_messages: int = Field(
        default=4_000, ge=1, description="Messages that are committed together at the most."
    )
    max_bytes: Bytes = Field(
        default=4 * MIB, description="Payloads that are committed together, about; bounds memory."
    )
    linger_s: Seconds = Field(
        default=0.2, description="Longest a message waits for others to be committed with."
    )
    pause_s: Seconds = Field(
        default=0.005, description="A stream that pauses this long has its messages committed."
    )


class ValidationSettings(Concern):
    """What a reading must be like."""

    max_payload_bytes: Bytes = Field(
        default=65_536, description="Larger payloads are dead letters with reason `size`."
    )
    max_future_s: Seconds = Field(
        default=300.0, description="Timestamps further ahead are rejected as `future`."
    )
    retention_days: Days = Field(
        default=30.0, description="Age of raw data; older timestamps are rejected as `stale`."
    )
    max_devices: int = Field(
        default=MOST_DEVICES,
        ge=1,
        description=(
            "Readings of devices beyond so many are rejected as `registry`; each takes about "
            "5 KiB of memory."
        ),
    )
    unknown_fields: Literal["drop", "reject"] = Field(
        default="drop", description="What to do with fields the kind does not have."
    )


class DeadLetterSettings(Concern):
    """Where rejected readings are kept."""

    dir: Path = Field(default=Path("data/deadletters"), description="Folder of the segments.")
    segment_bytes: Bytes = Field(default=16 * MIB, description="Size at which a segment ends.")
    max_bytes: Bytes = Field(
        default=1024 * MIB, description="Beyond this size the oldest segments are deleted."
    )
    max_age_days: Days = Field(
        default=30.0, description="Segments are deleted when their newest letter is this old."
    )


class HttpSettings(Concern):
    """Metrics and health."""

    enabled: bool = Field(default=True, description="Serve /metrics, /healthz and /readyz.")
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: PortOrAny = Field(default=9464, description="Port; 0 takes a free one and logs it.")
    ready_max_age_s: Seconds = Field(
        default=60.0, description="Not ready when messages wait longer than this for a commit."
    )


class LogSettings(Concern):
    """What the service says while it runs."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least important message shown."
    )
    format: Literal["auto", "human", "json"] = Field(
        default="auto", description="`auto`: for people on a terminal, JSON elsewhere."
    )
    report_s: Seconds = Field(default=10.0, description="Seconds between lines of figures.")


class ServiceSettings(Concern):
    """How the service runs and stops."""

    workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Processes that share the stream, see docs/workers.md; needs InfluxDB.",
    )
    drain_s: Seconds = Field(
        default=10.0, description="Longest an orderly stop may take to commit what was taken."
    )


class Settings(BaseSettings):
    """All of it. Make it with `load_settings`; on its own it holds the defaults."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=settings_sources.PREFIX,
        env_nested_delimiter=settings_sources.DELIMITER,
        enable_decoding=False,
    )

    mqtt: MqttSettings = MqttSettings()
    batch: BatchSettings = BatchSettings()
    validation: ValidationSettings = ValidationSettings()
    store: StoreSettings = StoreSettings()
    rollups: RollupSettings = RollupSettings()
    alerts: AlertSettings = AlertSettings()
    deadletters: DeadLetterSettings = DeadLetterSettings()
    http: HttpSettings = HttpSettings()
    log: LogSettings = LogSettings()
    service: ServiceSettings = ServiceSettings()

    @model_validator(mode="after")
    def _one_process_a_file(self) -> Self:
        if self.service.workers > 1 and self.store.kind == "duckdb":
            raise ValueError(
                f"service.workers is {self.service.workers}, but a DuckDB file is open to one "
                "process only; set store.kind to influxdb, or service.workers to 1"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        *_others: PydanticBaseSettingsSource,
        **_more: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing on its own: `load_settings` alone sees the environment and the file."""
        return (init_settings,)


def load_settings(
    file: Path | None = None,
    overrides: Mapping[str, object] | None = None,
    env: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings: the file, then the environment, then options, the later winning.

    Args:
        file: A TOML file, which must exist; None reads `snowgrid.toml` in the working
            directory if it is there.
        overrides: Values of command-line options by dotted key (`{"mqtt.host": "broker"}`);
            those that are None were not given.
        env: The environment; None takes the process's own.

    Raises:
        ConfigError: Anything is wrong: one line for each problem, naming file or variable, the
            key, what is expected and what was given.
    """
    file = file or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    given = settings_sources.from_file(Settings, file) if file else {}
    given |= settings_sources.from_environment(Settings, os.environ if env is None else env)
    given |= settings_sources.from_options(overrides or {})
    return settings_sources.build(Settings, given)
