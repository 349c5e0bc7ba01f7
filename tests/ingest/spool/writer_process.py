"""Appends to a spool until it is killed; each number printed was durable before."""

import sys
from pathlib import Path

from tests.ingest.spool.spools import lines, open_spool


def main() -> None:
    spool = open_spool(Path(sys.argv[1]), segment_bytes=20_000)
    first = 0
    while True:
        spool.append(lines(first, 50), 50)
        first += 50
        sys.stdout.write(f"{first}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
