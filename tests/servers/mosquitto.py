"""Mosquitto, the broker of a deployment, with users where a test wants them."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from snowgrid.servers import mosquitto
from tests.servers.process import installed


class Mosquitto(mosquitto.Mosquitto):
    """A broker that takes anonymous clients, unless it is given users.

    Args:
        folder: See `Server`.
        persistence: See `snowgrid.servers.mosquitto`.
        users: Passwords by user; without any, clients are anonymous.
        acl: Lines of an access control file (`user meter-1`, `topic write telemetry/#`).
        extra: Lines added to the configuration, the last winning where mosquitto says so.
        config: A configuration to run instead of all the above; it must listen on `port`,
            written as `{port}` in it, and may name its own folder as `{folder}`.
    """

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
        super().__init__(folder, persistence=persistence, extra=extra)
        self.users = dict(users or {})
        self.acl = tuple(acl)
        self.config = config

    def _config(self) -> str:
        return self.config if self.config is not None else super()._config()

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
