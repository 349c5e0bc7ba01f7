"""What happens to a test whose server is not installed, and to a server whose test is over."""

import os
from pathlib import Path

import psutil
import pytest

from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch, Server, ServerFailed


class NotInstalled(Server):
    binary = "no-such-server"
    package = "no-such-package"

    def _command(self) -> list[str]:
        return []


class EndsAtOnce(NotInstalled):
    binary = "true"


def test_a_missing_server_skips_the_test_and_names_the_package(
    launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install no-such-package"):
        launch(NotInstalled(tmp_path))


def test_a_missing_server_fails_the_test_on_the_ci_machine(
    launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install no-such-package"):
        launch(NotInstalled(tmp_path))


def test_a_server_that_ends_at_once_has_failed(launch: Launch, tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match="true did not start"):
        launch(EndsAtOnce(tmp_path))


def test_a_stopped_server_leaves_no_process(launch: Launch, tmp_path: Path) -> None:
    with launch(Mosquitto(tmp_path)) as server:
        pid = server.pid
        assert psutil.pid_exists(pid)
    assert not psutil.pid_exists(pid)


def test_a_server_is_not_ended_by_a_key_that_is_meant_for_us(
    launch: Launch, tmp_path: Path
) -> None:
    server = launch(Mosquitto(tmp_path))
    assert os.getpgid(server.pid) != os.getpgid(0)
