"""Settings of the databases, and of what lies on disk before them."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from ingest.secret_file import read_secret_file
from ingest.setting_concern import Concern
from ingest.setting_types import Bytes, Seconds, WebAddress
from ingest.text import MIB


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
