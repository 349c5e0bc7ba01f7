"""Mosquitto, the broker of a deployment."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.servers.process import Server, installed


class Mosquitto(Server):
    """A broker that takes anonymous clients, unless it is given users.

    Args:
        folder: See `Server`.
        persistence: Keep sessions, queued and retained messages over a stop; a killed broker has
            those of its last autosave, which `extra` can order (`autosave_interval 1`).
        users: Passwords by user; without any, clients are anonymous.
        acl: Lines of an access control file (`user meter-1`, `topic write telemetry/#`).
        extra: Lines added to the configuration, the last winning where mosquitto says so.
        config: A configuration to run instead of all the above; it must listen on `port`,
            written as `{port}` in it, and may name its own folder as `{folder}`.
    """

    binary = "mosquitto"
    package = "mosquitto"

    def __init__(
        self,
        folder: Path,
        *,
        persistence: bool = False,
        users: Mapping[str, str] | None = None,
        acl: Sequence[str] = (),
        extra: Sequence[str] = (),
        config: str | None = None,
    ) -> None:
        super().__init__(folder)
        self.persistence = persistence
        self.users = dict(users or {})
        self.acl = tuple(acl)
        self.extra = tuple(extra)
        self.config = config

    @property
    def url(self) -> str:
        """Address as `mqtt://host:port`."""
        return f"mqtt://{self.host}:{self.port}"

    def _command(self) -> list[str]:
        file = self.folder / "mosquitto.conf"
        text = self.config if self.config is not None else "\n".join(self._lines())
        file.write_text(
            text.replace("{port}", str(self.port)).replace("{folder}", str(self.folder)) + "\n"
        )
        return ["-c", str(file)]

    def _lines(self) -> list[str]:
        lines = [
            "listener {port} " + self.host,
            # A QoS 1 publisher or subscriber gets what the deployed broker gives it: mosquitto's
            # own defaults drop silently as soon as anyone is slow.
            "max_inflight_messages 0",
            "max_queued_messages 1000000",
            "log_type error",
            "log_type warning",
            "log_type notice",
            "log_type information",
        ]
        if os.geteuid() == 0:  # else it becomes a user who may not read its own folder
            lines.append("user root")
        return [*lines, *self._persistence(), *self._access(), *self.extra]

    def _persistence(self) -> list[str]:
        if not self.persistence:
            return ["persistence false"]
        return ["persistence true", "persistence_location {folder}/"]

    def _access(self) -> list[str]:
        lines = [f"allow_anonymous {'false' if self.users else 'true'}"]
        if self.users:
            lines.append(f"password_file {self._password_file()}")
        if self.acl:
            file = self.folder / "acl"
            file.write_text("\n".join(self.acl) + "\n")
            lines.append(f"acl_file {file}")
        return lines

    def _password_file(self) -> Path:
        file = self.folder / "passwords"
        file.touch(mode=0o600)
        tool = installed("mosquitto_passwd", self.package)
        for user, password in self.users.items():
            subprocess.run([tool, "-b", str(file), user, password], check=True)
        return file
