"""What our MQTT client mends in the one it is made of."""

import asyncio
import socket
from collections.abc import Callable

import pytest

from devices.gateways.confirming_client import ConfirmingClient
from tests.eventually import eventually


async def test_a_socket_whose_forerunner_is_still_being_closed_is_watched_a_moment_later(
    monkeypatch: pytest.MonkeyPatch,
):
    watched: list[int] = []

    def add_writer(number: int, _: Callable[[], None]) -> None:
        watched.append(number)
        if len(watched) == 1:
            raise RuntimeError("the handler is closed")  # as uvloop says it

    monkeypatch.setattr(asyncio.get_running_loop(), "add_writer", add_writer)
    client = ConfirmingClient("127.0.0.1")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        client._on_socket_register_write(client._client, None, ours)
        await eventually(lambda: len(watched) > 1)
    assert len(set(watched)) == 1
