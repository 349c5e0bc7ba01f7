"""Whether a process listens on a port, out of Linux's `/proc`."""

import socket
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"  # TCP_LISTEN; proc_net_tcp(5)
LOCAL, STATE, INODE = 1, 3, 9  # fields of a line of /proc/PID/net/tcp
LOOPBACK = "127.0.0.1"


def listens(pid: int, port: int, proc: Path = PROC) -> bool:
    """Tell whether this very process listens, and not a stranger who took the port first.

    On systems without `/proc` it tells whether anybody does.

    Args:
        pid: Of the process; it must be one of ours.
        port: TCP port.
        proc: Where the kernel tells.
    """
    if not (proc / "self").exists():
        return _answers(port)
    table, links = "", list[str]()
    with suppress(OSError):  # it has ended
        table = (proc / str(pid) / "net" / "tcp").read_text()
        for each in (proc / str(pid) / "fd").iterdir():
            with suppress(OSError):  # closed just now
                links.append(str(each.readlink()))
    listening = {
        f"socket:[{fields[INODE]}]"
        for fields in map(str.split, table.splitlines()[1:])
        if fields[STATE] == LISTENING and fields[LOCAL].endswith(f":{port:04X}")
    }
    return not listening.isdisjoint(links)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False
