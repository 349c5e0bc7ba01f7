"""Who used the processor during a load, out of Linux's `/proc`."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

PROC = Path("/proc")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
UTIME, STIME = 11, 12  # fields of /proc/PID/stat after the name in brackets; proc(5)
IDLE = slice(3, 5)  # fields of a `cpu` line of /proc/stat: idle and waiting for a disk


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Processors kept busy, on average.

    Attributes:
        by_role: By each role in the load whose processes are known.
        busy: By everything on this machine; 0 where that is not known.
        processors: That the machine has.
    """

    by_role: dict[str, float]
    busy: float
    processors: int


class Watch:
    """Measures from its making on.

    Args:
        roles: Process ids of each role.
        proc: Where the kernel tells.
    """

    def __init__(self, roles: Mapping[str, Sequence[int]], proc: Path = PROC) -> None:
        self._roles = roles
        self._proc = proc
        self._before = {role: self._cpu_s(pids) for role, pids in roles.items()}
        self._busy_before_s = self._busy_s()

    def usage(self, elapsed_s: float) -> Usage:
        """Return what was used since, in that many seconds."""
        by_role = {
            role: (self._cpu_s(pids) - self._before[role]) / elapsed_s
            for role, pids in self._roles.items()
        }
        return Usage(
            by_role=by_role,
            busy=(self._busy_s() - self._busy_before_s) / elapsed_s,
            processors=os.cpu_count() or 1,
        )

    def _cpu_s(self, pids: Sequence[int]) -> float:
        total = 0
        for pid in pids:
            with suppress(OSError):  # it has ended, or this is no Linux
                stat = (self._proc / str(pid) / "stat").read_text()
                fields = stat.rpartition(")")[2].split()
                total += int(fields[UTIME]) + int(fields[STIME])
        return total / TICKS_PER_S

    def _busy_s(self) -> float:
        with suppress(OSError):
            line = (self._proc / "stat").read_text().splitlines()[0]
            fields = [int(field) for field in line.split()[1:9]]
            return (sum(fields) - sum(fields[IDLE])) / TICKS_PER_S
        return 0.0
