"""A server has started when it listens itself."""

import os
import socket
import subprocess
import sys

from snowgrid.servers.listening import listens
from snowgrid.servers.process import free_port


def test_a_process_listens_where_it_does_and_nowhere_else():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listens(os.getpid(), port)
        assert not listens(os.getpid(), free_port())


def test_a_stranger_on_the_port_does_not_count():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other,
    ):
        assert not listens(other.pid, server.getsockname()[1])
        other.communicate(b"\n")
    assert not listens(other.pid, 1)


def test_without_a_proc_whoever_answers_counts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert listens(1, server.getsockname()[1], tmp_path)
    assert not listens(1, free_port(), tmp_path)
