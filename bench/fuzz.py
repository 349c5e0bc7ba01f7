"""Fuzzes what reads bytes of strangers and of failing disks, guided by the code's own branches.

    python -m bench.fuzz                       every target for a minute
    python -m bench.fuzz --seconds 600 --target decode

What comes out is compared with what must (`tests.ingest.core.oracle`,
`tests.ingest.spool.damaging`); an exception that is none of the documented ones, a wrong answer and
a hang are findings: the input is written to `bench/fuzz-findings/` and the exit code is 1.

It needs atheris, which is no dependency of the project: `pip install atheris`.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

FINDINGS = Path("bench/fuzz-findings")
SLOWEST_S = 10
MOST_INPUT_BYTES = 2_048
HOW_TO_INSTALL = "bench.fuzz needs atheris: pip install atheris"

Try = Callable[[bytes], None]


def main() -> int:
    """Run the targets one after the other, each in a process of its own."""
    asked = argparse.ArgumentParser(description="Fuzz the readers of strangers' bytes.")
    asked.add_argument("--seconds", type=int, default=60, help="for each target")
    asked.add_argument("--target", choices=sorted(TARGETS), help="only this one")
    asked.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = asked.parse_args()
    try:
        atheris = import_module("atheris")
    except ModuleNotFoundError:
        sys.stderr.write(f"{HOW_TO_INSTALL}\n")
        return 2
    if options.here:
        with atheris.instrument_imports(include=["ingest", "devices"]):
            attempt = TARGETS[options.target]()
        _fuzz(atheris, attempt, options.target, options.seconds)
    targets = [options.target] if options.target else sorted(TARGETS)
    return max([_run(target, options.seconds) for target in targets])


def decode() -> Try:
    """Return what decodes messages, and compares what they became with the contract."""
    from tests.ingest.core.examples import BOILER, NOW_MS, Publish, make_decoder  # noqa: PLC0415
    from tests.ingest.core.oracle import expected, happened, is_settled  # noqa: PLC0415

    decoder = make_decoder()

    def attempt(data: bytes) -> None:
        parts = data.split(b"\0")
        messages = [
            Publish(payload, topic=f"telemetry/plant/boiler/b-{number % 3}")
            for number, payload in enumerate(parts)
            if is_settled(payload)
        ]
        decoded = decoder.decode(messages, NOW_MS)
        wanted = [fate for each in messages for fate in expected(each, {"boiler": BOILER}, NOW_MS)]
        if sorted(map(repr, happened(decoded))) != sorted(map(repr, wanted)):
            raise AssertionError(f"{happened(decoded)} is not {wanted}")

    return attempt


def topic() -> Try:
    """Return what takes topics apart, and compares them with a regular expression."""
    from ingest.core.topics import parse_telemetry  # noqa: PLC0415 - instrumented
    from tests.ingest.core.oracle import TOPIC  # noqa: PLC0415

    def attempt(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        wanted = TOPIC.fullmatch(text)
        try:
            parsed = parse_telemetry(text)
        except ValueError as error:
            if wanted or not str(error):
                raise AssertionError(text) from error
        else:
            if wanted is None or parsed != wanted.groups():
                raise AssertionError(text)

    return attempt


def spool() -> Try:
    """Return what damages a spool as the bytes say, and reads it."""
    import logging  # noqa: PLC0415

    from tests.ingest.spool.damaging import Change, check, fill  # noqa: PLC0415 - instrumented

    logging.disable(logging.CRITICAL)

    def attempt(data: bytes) -> None:
        if len(data) < 4:
            return
        size = 100 if data[0] % 2 else 1_000_000
        changes = [
            Change(place=chunk[0] * 4, removed=chunk[1], inserted=chunk[2:])
            for chunk in data[2:].split(b"\xfe")
            if len(chunk) >= 2
        ]
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            fill(Path(folder), segment_bytes=size)
            check(Path(folder), data[1], changes)

    return attempt


def letters() -> Try:
    """Return what reads a line of dead letters, and writes it again."""
    from ingest.dead_letters.line import from_line, to_line  # noqa: PLC0415 - instrumented
    from ingest.dead_letters.reader import Wanted  # noqa: PLC0415

    def attempt(data: bytes) -> None:
        try:
            letter = from_line(data)
        except ValueError:
            return
        Wanted(topic="valley*", since_ms=0).takes(letter)
        if from_line(to_line(letter)) != letter or letter.size_bytes < 0:
            raise AssertionError(letter)

    return attempt


def rules() -> Try:
    """Return what reads the text of a file of rules."""
    from devices.registry import kinds  # noqa: PLC0415 - instrumented
    from ingest.rules.reading import RulesWrong, read  # noqa: PLC0415

    known = kinds()

    def attempt(data: bytes) -> None:
        try:
            read(data.decode("utf-8", "replace"), "rules.yaml", known)
        except RulesWrong as wrong:
            if not str(wrong).startswith("rules.yaml"):
                raise AssertionError(str(wrong)) from wrong

    return attempt


TARGETS: dict[str, Callable[[], Try]] = {
    "decode": decode,
    "letters": letters,
    "rules": rules,
    "spool": spool,
    "topic": topic,
}
SEEDS = {
    "decode": [
        b'{"ts":1760000000000,"seq":1,"temperature_c":20.5,"door_open":true}',
        b'[{"pressure_bar":1,"boiler_state":"HOT WATER"},{"x":1}]\0{"seq":-1}',
    ],
    "letters": [
        (
            b'{"arrived":"2026-01-01T00:00:00.000Z","topic":"t","reason":"json","place":"","message":'
            b'"m","size_bytes":1,"payload":"eA=="}\n'
        ),
    ],
    "rules": [
        (
            b"rules:\n  - name: hot\n    kind: smart_meter\n    field: power_import_w\n"
            b"    above: 5000\n    for: 5m\n    severity: warning\n    summary: Hot.\n"
        ),
    ],
    "spool": [b"\1\1\x20\1ab\xfe\x80\x20", b"\0\0\x60\0\xffREC"],
    "topic": [b"telemetry/valley/smart_meter/m-1"],
}


def _run(target: str, seconds: int) -> int:
    command = [sys.executable, "-m", "bench.fuzz", "--here", "--target", target]
    done = subprocess.run(
        [*command, "--seconds", str(seconds)], stderr=subprocess.PIPE, text=True, check=False
    )
    runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    print(f"{target:8} {runs[1] if runs else '?':>12} executions, exit code {done.returncode}")
    if done.returncode:
        print(done.stderr[-4_000:])
    return 1 if done.returncode else 0


def _fuzz(atheris: ModuleType, attempt: Try, target: str, seconds: int) -> None:
    """Fuzz until the time is over or something is found; ends the process."""
    FINDINGS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS[target]):
            (Path(corpus) / str(number)).write_bytes(seed)
        arguments = [
            sys.argv[0],
            f"-max_total_time={seconds}",
            f"-timeout={SLOWEST_S}",
            f"-max_len={MOST_INPUT_BYTES}",
            f"-artifact_prefix={FINDINGS}/{target}-",
            "-print_final_stats=1",
            corpus,
        ]
        atheris.Setup(arguments, attempt)
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
