"""Measures one chapter in this process: `python -m bench.book.chapter NAME FOLDER`."""

import argparse
import signal
import sys
from pathlib import Path

import msgspec

from bench.book.contents import CONTENTS
from bench.book.rival import NoRival
from bench.book.runner import RESULT
from bench.book.scale import Scale


def main() -> None:
    """Parse the arguments, measure, and leave the findings in the folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("name", choices=CONTENTS, help="chapter")
    parser.add_argument("folder", type=Path, help="for all its files")
    parser.add_argument("--seed", type=int, default=1, help="of all devices (1)")
    parser.add_argument("--quick", action="store_true", help="show only that it works")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("given up"))
    scale = Scale(quick=asked.quick, seed=asked.seed, folder=asked.folder / "work")
    scale.folder.mkdir()
    try:
        findings = CONTENTS[asked.name].measure(scale)
    except NoRival as missing:
        sys.exit(str(missing))
    (asked.folder / RESULT).write_bytes(msgspec.json.encode(findings))


if __name__ == "__main__":
    main()
