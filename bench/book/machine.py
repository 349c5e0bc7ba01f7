"""What the figures were measured on, and with which versions."""

import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import psutil

from bench.telegraf import agent

GIB = 1024**3
LIBRARIES = ("mqtt5", "msgspec", "pydantic", "numpy", "uvloop", "influxdb-client", "duckdb")
SERVERS = ("mosquitto", "victoria-metrics", "influxdb")
ASK_S = 10.0


def machine() -> dict[str, str]:
    """Return what is told of the machine."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / GIB:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """Return the versions of Snowgrid, of what it is made of, and of its peers."""
    named = {"snowgrid": metadata.version("snowgrid"), "Python": platform.python_version()}
    named |= {name: metadata.version(name) for name in LIBRARIES}
    named |= {name: _package(name) for name in SERVERS}
    named["telegraf"] = agent.version()
    return {name: version for name, version in named.items() if version}


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _package(name: str) -> str:
    """Return the version of a package of Debian; the servers do not all know their own."""
    query = shutil.which("dpkg-query")
    if query is None:
        return ""
    command = [query, "--show", "--showformat=${Version}", name]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=ASK_S
    ).stdout.strip()
