"""What a process has used so far."""

from pathlib import Path

import psutil

KIB = 1024
MIB = 1024 * 1024


def alive(pid: int) -> bool:
    """Tell whether a process still runs."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def cpu_s(pid: int) -> float:
    """Return the processor time of a process, all threads, user and system."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def most_resident_mib(pid: int) -> float:
    """Return the most memory that a process has had resident."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kib) * KIB / MIB
