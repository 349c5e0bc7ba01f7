"""Runs a chapter as a process of its own, so that whatever befalls it befalls nobody else."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench.book.findings import Chapter, Findings

RESULT = "findings.json"
CLEANING_S = 20.0
TOLD_LINES = 3  # of what a failing chapter said


def run(name: str, *, quick: bool, seed: int, most_s: float) -> Chapter:
    """Measure one chapter.

    Args:
        name: Of the chapter.
        quick: Whether to show only that it works.
        seed: Of all devices.
        most_s: When to give it up; all its processes end then.
    """
    date, started = datetime.now(UTC), time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"snowgrid-book-{name}-") as place:
        folder = Path(place)
        failure = _child(name, folder, quick=quick, seed=seed, most_s=most_s)
        result = folder / RESULT
        findings = None
        if not failure:
            findings = msgspec.json.decode(result.read_bytes(), type=Findings)
    return Chapter(
        findings=findings,
        failure=failure,
        date=date.isoformat(timespec="seconds"),
        took_s=round(time.monotonic() - started, 1),
        quick=quick,
        seed=seed,
    )


def _child(name: str, folder: Path, *, quick: bool, seed: int, most_s: float) -> str:
    """Run the chapter and return why it failed, or an empty string."""
    command = [sys.executable, "-m", "bench.book.chapter", name, str(folder), "--seed", str(seed)]
    log = folder / "log"
    with log.open("wb") as said:
        # A session of its own, so that servers and services it started can be ended with it.
        child = subprocess.Popen(
            [*command, *(["--quick"] if quick else [])],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            code = child.wait(most_s)
        except subprocess.TimeoutExpired:
            return f"it took longer than {most_s:g} s"
        finally:
            _end(child)
    if code == 0:
        return ""
    lines = log.read_text(errors="replace").strip().splitlines()
    return " / ".join(line.strip() for line in lines[-TOLD_LINES:]) or f"exit code {code}"


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let the chapter remove its files, and end whatever is left of it and its servers."""
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(CLEANING_S)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
