"""The dashboards that come along are those that the boards of today make."""

from pathlib import Path

import pytest

from dashboards.grafana.files import differences, files_of, write
from dashboards.grafana.wording import Macros
from snowgrid.commands import dashboards_build
from tests.dashboards.grafana.conftest import BOARDS

FOLDER = Path(__file__).parents[3] / dashboards_build.FOLDER
FILES = files_of(BOARDS.values(), Macros())


def test_the_dashboards_that_come_along_are_what_the_boards_say():
    assert differences(FILES, FOLDER) == [], "run `snowgrid dashboards build`"


def test_building_twice_gives_the_same_bytes():
    assert files_of(BOARDS.values(), Macros()) == FILES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(FILES, tmp_path / "new" / "folder")
    return tmp_path / "new" / "folder"


def test_what_was_written_differs_in_nothing(folder: Path):
    assert differences(FILES, folder) == []
    assert {path.name for path in folder.iterdir()} == {*FILES}


def test_a_changed_line_is_told(folder: Path):
    file = folder / "snowgrid-region.json"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[4] = "changed\n"
    file.write_text("".join(lines), encoding="utf-8")
    (told,) = differences(FILES, folder)
    assert told.startswith("snowgrid-region.json:5: want ")


def test_a_file_that_ends_early_is_told(folder: Path):
    file = folder / "snowgrid-region.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.rsplit("\n", 2)[0] + "\n", encoding="utf-8")
    (told,) = differences(FILES, folder)
    assert told == f"snowgrid-region.json:{text.count(chr(10))}: want }}"


def test_a_missing_file_is_told(folder: Path):
    (folder / "snowgrid-region.json").unlink()
    assert differences(FILES, folder) == ["snowgrid-region.json: missing"]


def test_what_no_board_makes_any_more_is_told_and_then_removed(folder: Path):
    (folder / "snowgrid-old.json").write_text("{}", encoding="utf-8")
    (folder / "mine.json").write_text("{}", encoding="utf-8")
    assert differences(FILES, folder) == ["snowgrid-old.json: no board makes it any more"]
    write(FILES, folder)
    assert differences(FILES, folder) == []
    assert (folder / "mine.json").exists()
