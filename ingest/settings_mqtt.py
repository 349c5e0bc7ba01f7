"""Settings of the connection to the broker."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from ingest.secret_file import read_secret_file
from ingest.setting_concern import Concern
from ingest.setting_types import Bytes, Port, TopicFilter
from ingest.text import MIB


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
