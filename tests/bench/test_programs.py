"""Every program of the bench can be started by its path as well as by its name."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted((ROOT / "bench").glob("*.py")), ids=lambda path: path.stem)
def test_none_hides_what_others_import(path: Path):
    # Started by its path, a program finds the files beside it before everything else.
    packages = {folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists()}
    assert path.stem not in packages | sys.stdlib_module_names
