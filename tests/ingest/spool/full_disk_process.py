"""Meets the end of the disk, played by a limit on the size of files, and goes on after it."""

import resource
import sys
from pathlib import Path

from ingest.errors import SpoolFull
from tests.ingest.spool.spools import lines, open_spool

LIMIT_BYTES = 5_000


def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    spool = open_spool(Path(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT_BYTES, most))
    first = 0
    try:
        while True:
            spool.append(lines(first, 30), 30)
            first += 30
    except SpoolFull as full:
        sys.stdout.write(f"{full}\n{first}\n")
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    spool.append(lines(first, 30), 30)


if __name__ == "__main__":
    main()
