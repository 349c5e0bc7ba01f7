"""docs/kinds.md and its pictures."""

import re
from pathlib import Path

import pytest

from devices.registry import kinds
from snowgrid.kind_pages.markdown import page
from tests.snowgrid.test_kinds_plot import size_of

ROOT = Path(__file__).parents[2]


def test_the_page_in_the_documentation_is_the_one_the_kinds_make():
    text = (ROOT / "docs" / "kinds.md").read_text(encoding="utf-8")
    assert page(kinds()) == text, "run: python -m snowgrid.kind_pages"


def test_every_picture_of_the_page_is_there():
    text = (ROOT / "docs" / "kinds.md").read_text(encoding="utf-8")
    pictures = re.findall(r"\]\((img/[^)]+)\)", text)
    assert len(pictures) == len(kinds())
    for picture in pictures:
        assert size_of(ROOT / "docs" / picture)[0] > 600, picture


@pytest.mark.parametrize("name", kinds())
def test_the_page_names_every_field_and_option(name):
    (section,) = re.findall(rf"### {name}\n(.*?)(?=\n### |\n## |\Z)", page(kinds()), re.DOTALL)
    for part in (*kinds()[name].column, *kinds()[name].options):
        assert f"`{part}`" in section
