"""Telegraf as a process of its own."""

import shutil
import signal
import subprocess
from pathlib import Path

BINARY = "telegraf"
HOW_TO_GET = (
    "telegraf is not on the PATH; it is at https://github.com/influxdata/telegraf/releases, or "
    "build it with Go: go build -tags custom,inputs.mqtt_consumer,outputs.influxdb_v2,"
    "parsers.json,parsers.json_v2,parsers.xpath ./cmd/telegraf"
)
STOP_S = 20.0
ASK_S = 10.0


def installed() -> str | None:
    """Return the path of the binary, if there is one."""
    return shutil.which(BINARY)


def version() -> str:
    """Return the version of the binary, or an empty string where there is none."""
    binary = installed()
    if binary is None:
        return ""
    asked = [binary, "--version"]
    said = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=ASK_S).stdout
    return said.strip().removeprefix("Telegraf ")


class Telegraf:
    """An agent whose session outlives it.

    Args:
        folder: Of configuration and log.
        configuration: Text of its configuration file.
    """

    def __init__(self, folder: Path, configuration: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / "telegraf.log"
        self._file = folder / "telegraf.conf"
        self._file.write_text(configuration, encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id, for measurements."""
        if self._process is None:
            raise RuntimeError("telegraf was not started")
        return self._process.pid

    def start(self) -> None:
        """Start it, the second time with the session of the first.

        Raises:
            SystemExit: It is not installed.
        """
        binary = installed()
        if binary is None:
            raise SystemExit(HOW_TO_GET)
        with self._log.open("ab") as log:
            command = [binary, "--config", str(self._file)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
