"""Every setting of the service, one frozen model per concern.

Values come from `snowgrid.toml`, then from the environment (`SNOWGRID_MQTT__HOST`), then from
command-line options, the later winning. Secrets come from the environment or from files only.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ingest import settings_sources
from ingest.core.sources import MOST_DEVICES
from ingest.secret_file import read_secret_file
from ingest.setting_concern import Concern
from ingest.setting_types import Bytes, Days, Port, PortOrAny, Seconds, TopicFilter, WebAddress
from ingest.settings_alerts import AlertSettings
from ingest.settings_rollups import RollupSettings

DEFAULT_FILE = Path("snowgrid.toml")
MIB = 1024 * 1024


class TlsSettings(Concern):
    """TLS to the broker."""

    enabled: bool = Field(default=False, description="Speak TLS to the broker (port 8883, say).")
    ca_file: Path | None = Field(
        default=None, description="CA certificate; without it the system's are trusted."
    )
    cert_file: Path | None = Field(default=None, description="Client certificate for mutual TLS.")
    key_file: Path | None = Field(default=None, description="Private key of the certificate.")

    @model_validator(mode="after")
    def _certificate_has_key(self) -> Self:
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file go together; give both or neither")
        return self


class MqttSettings(Concern):
    """The broker, and how much of its stream is taken at once."""

    host: str = Field(default="127.0.0.1", description="Broker's host name or address.")
    port: Port = Field(default=1883, description="Broker's port.")
    client_id: str = Field(
        default="snowgrid-ingest",
        description="Names the persistent session; two services with one id throw each other out.",
    )
    username: str | None = Field(default=None, description="User at the broker.")
    password: SecretStr | None = Field(
        default=None, description="Password; from the environment only."
    )
    password_file: Path | None = Field(
        default=None, description="File whose first line is the password."
    )
    topics: tuple[TopicFilter, ...] = Field(
        default=("telemetry/#",),
        min_length=1,
        description="Topic filters; `$share/GROUP/…` shares the stream with other services.",
    )
    except_topics: tuple[TopicFilter, ...] = Field(
        default=(),
        description="Filters within them whose messages are left to other services.",
    )
    receive_maximum: int = Field(
        default=10_000,
        ge=1,
        le=65_535,
        description="Messages the broker may have in flight to us, unacknowledged.",
    )
    keep_alive_s: int = Field(
        default=30, ge=1, le=65_535, description="Silence after which the link is checked."
    )
    session_expiry_s: int = Field(
        default=86_400,
        ge=0,
        le=4_294_967_295,
        description="How long the broker keeps our queue while we are away.",
    )
    max_packet_bytes: Bytes = Field(
        default=16 * MIB,
        description="Largest packet we accept; the broker drops larger ones before we see them.",
    )
    tls: TlsSettings = TlsSettings()

    @field_validator("topics", "except_topics", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        return [topic.strip() for topic in value.split(",")] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_password(self) -> Self:
        if self.password is not None and self.password_file is not None:
            raise ValueError("password and password_file are both given; keep one")
        return self

    def read_password(self) -> str | None:
        """Return the password from wherever it is, or None without one.

        Raises:
            ConfigError: The file is missing, unreadable or empty.
        """
        if self.password_file is not None:
            return read_secret_file(self.password_file, "mqtt.password_file")
        return self.password.get_secret_value() if self.password else None


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


class InfluxdbSettings(Concern):
    """InfluxDB 2 and how it is written to."""

    url: WebAddress = Field(default="http://127.0.0.1:8086", description="Base URL.")
    org: str = Field(default="snowgrid", description="Organisation.")
    bucket: str = Field(default="telemetry", description="Bucket of raw readings.")
    rollup_bucket: str = Field(
        default="telemetry_rollup", description="Bucket of rollups, which are kept for years."
    )
    token: SecretStr | None = Field(default=None, description="Token; from the environment only.")
    token_file: Path | None = Field(default=None, description="File whose first line is the token.")
    ca_file: Path | None = Field(
        default=None, description="CA certificate for https; without it the system's are trusted."
    )
    cert_file: Path | None = Field(
        default=None, description="Client certificate, for a proxy that wants one."
    )
    key_file: Path | None = Field(default=None, description="Private key of the certificate.")
    batch_lines: int = Field(default=5_000, ge=1, description="Lines a write call carries.")
    in_flight: int = Field(default=4, ge=1, le=64, description="Write calls at the same time.")
    timeout_s: Seconds = Field(default=10.0, description="Longest a write call may take.")
    gzip: bool = Field(default=False, description="Compress writes; worth it over slow links.")

    @model_validator(mode="after")
    def _one_token(self) -> Self:
        if self.token is not None and self.token_file is not None:
            raise ValueError("token and token_file are both given; keep one")
        return self

    @model_validator(mode="after")
    def _certificate_has_key(self) -> Self:
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file go together; give both or neither")
        return self

    @model_validator(mode="after")
    def _certificates_want_https(self) -> Self:
        if (self.ca_file or self.cert_file) and not self.url.startswith("https://"):
            raise ValueError("certificates need TLS; write https:// in url")
        return self

    def for_rollups(self) -> "InfluxdbSettings":
        """Return these settings with the rollups' bucket in place of the readings'."""
        return self.model_copy(update={"bucket": self.rollup_bucket})

    def read_token(self) -> str | None:
        """Return the token from wherever it is, or None without one.

        Raises:
            ConfigError: The file is missing, unreadable or empty.
        """
        if self.token_file is not None:
            return read_secret_file(self.token_file, "store.influxdb.token_file")
        return self.token.get_secret_value() if self.token else None


class SpoolSettings(Concern):
    """Durable lines between acknowledgement and database."""

    dir: Path = Field(default=Path("data/spool"), description="Folder of the segments.")
    max_bytes: Bytes = Field(
        default=8 * 1024 * MIB,
        description=(
            "When this full, acknowledging stops; nothing drops. Rollups and other rows derived "
            "from readings have a quarter of it beside."
        ),
    )
    segment_bytes: Bytes = Field(default=64 * MIB, description="Size at which a segment ends.")
    sync: bool = Field(
        default=True,
        description="fsync before acknowledging; off, a power cut loses what was acknowledged.",
    )

    def beside(self, name: str) -> "SpoolSettings":
        """Return the settings of a spool of rows beside the readings', an eighth of its size."""
        return self.model_copy(update={"dir": self.dir / name, "max_bytes": self.max_bytes // 8})


class DuckdbSettings(Concern):
    """The embedded store."""

    path: Path = Field(default=Path("data/snowgrid.duckdb"), description="Database file.")


class StoreSettings(Concern):
    """Which database keeps the readings."""

    kind: Literal["influxdb", "duckdb"] = Field(
        default="influxdb", description="`influxdb` (behind the spool) or `duckdb` (a file)."
    )
    influxdb: InfluxdbSettings = InfluxdbSettings()
    duckdb: DuckdbSettings = DuckdbSettings()
    spool: SpoolSettings = SpoolSettings()

    def own_file(self, name: str) -> Path:
        """Return where the service keeps a file of its own: beside its spool or DuckDB file."""
        if self.kind == "duckdb":
            return self.duckdb.path.with_name(f"{self.duckdb.path.stem}-{name}")
        return self.spool.dir / name


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
