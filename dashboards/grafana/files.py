"""The dashboards as files, and whether those that are there are still what the boards say."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from dashboards.grafana.dashboard import dashboard_of, json_of
from dashboards.grafana.wording import Macros
from dashboards.model.board import Board


def files_of(boards: Iterable[Board], macros: Macros) -> dict[str, str]:
    """Return the text of each board's file, by the file's name."""
    boards = tuple(boards)
    titles = {board.uid: board.title for board in boards}
    return {f"{board.uid}.json": json_of(dashboard_of(board, titles, macros)) for board in boards}


def write(files: Mapping[str, str], folder: Path) -> None:
    """Write the files into a folder, and remove dashboards that no board makes any more."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _stale(files, folder):
        (folder / name).unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def differences(files: Mapping[str, str], folder: Path) -> list[str]:
    """Return in what a folder differs from the files, a line each, for a person."""
    changed = (_difference(text, folder / name) for name, text in files.items())
    stale = (f"{name}: no board makes it any more" for name in _stale(files, folder))
    return [*filter(None, changed), *stale]


def _stale(files: Mapping[str, str], folder: Path) -> list[str]:
    return sorted({path.name for path in folder.glob("snowgrid-*.json")} - {*files})


def _difference(text: str, path: Path) -> str:
    """Return in what a file differs from a text, or an empty string."""
    if not path.exists():
        return f"{path.name}: missing"
    there = path.read_text(encoding="utf-8").splitlines()
    wanted = text.splitlines()
    if there == wanted:
        return ""
    at = next(
        (at for at, (old, new) in enumerate(zip(there, wanted, strict=False)) if old != new),
        min(len(there), len(wanted)),
    )
    shown = wanted[at].strip() if at < len(wanted) else "the end"
    return f"{path.name}:{at + 1}: want {shown}"
