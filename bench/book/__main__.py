"""Measures everything and writes the page: `python -m bench.book`.

It takes less than 15 minutes on two quiet cores. A chapter that fails says why, the others go on,
and the exit code is 1. What was measured before on the same machine is kept where it is not
measured again.
"""

import argparse
import shutil
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

from bench.book import runner
from bench.book.contents import CONTENTS
from bench.book.findings import Book, Chapter, read_book, write_book
from bench.book.machine import machine, versions
from bench.book.page import IMAGES, with_findings

DOCS = Path(__file__).parents[2] / "docs"
PAGE, DATA = "performance.md", "performance.json"


def main() -> None:
    """Parse the arguments, measure chapter by chapter, write after each."""
    asked = _parser().parse_args()
    if find_spec("matplotlib") is None:
        sys.exit('pictures need matplotlib: pip install "snowgrid[plots]"')
    # Stopped, it ends its chapter and removes its files as if it had been interrupted.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    asked.out.mkdir(parents=True, exist_ok=True)
    if not (asked.out / PAGE).exists():
        shutil.copy(DOCS / PAGE, asked.out / PAGE)
    book = Book(machine(), versions(), _kept(asked.out / DATA))
    failed = []
    for name in asked.only or CONTENTS:
        most_s = CONTENTS[name].most_s
        print(f"{name} … ", end="", flush=True)
        chapter = runner.run(name, quick=asked.quick, seed=asked.seed, most_s=most_s)
        print(f"{chapter.took_s:.0f} s", *filter(None, [chapter.failure]), sep=", ", flush=True)
        book.chapters[name] = chapter
        failed += [name] if chapter.failure else []
        _write(book, asked.out)
    print(f"written: {asked.out / PAGE}")
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.book", description=(__doc__ or "").partition(":")[0] + "."
    )
    parser.add_argument(
        "--quick", action="store_true", help="show in a minute or two that it works"
    )
    parser.add_argument(
        "--only", nargs="+", choices=CONTENTS, metavar="NAME", help=f"of {', '.join(CONTENTS)}"
    )
    parser.add_argument("--out", type=Path, default=DOCS, help="folder of the page (docs)")
    parser.add_argument("--seed", type=int, default=1, help="of all devices (1)")
    return parser


def _kept(file: Path) -> dict[str, Chapter]:
    """Return what was measured before, if it was on a machine like this one."""
    before = read_book(file)
    if before is None or before.machine != machine():
        return {}
    return dict(before.chapters)


def _write(book: Book, folder: Path) -> None:
    from bench.book.pictures import draw  # noqa: PLC0415 - needs an extra, which main looked for

    write_book(book, folder / DATA)
    page = folder / PAGE
    page.write_text(with_findings(page.read_text(encoding="utf-8"), book), encoding="utf-8")
    images = folder / IMAGES
    images.mkdir(parents=True, exist_ok=True)
    for chapter in book.chapters.values():
        for picture in chapter.findings.pictures if chapter.findings else ():
            draw(picture, images / f"{picture.name}.svg")


if __name__ == "__main__":
    main()
