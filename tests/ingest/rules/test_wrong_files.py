"""What is wrong in a file of rules is told with file, line, rule, key and what was expected.

Each `wrong/*.yaml` stands beside the complaints about it; a new pair of files is a new test.
"""

from pathlib import Path

import pytest

from ingest.rules.merging import merged
from ingest.rules.reading import RulesWrong, read
from ingest.rules.yaml_lines import parsed
from tests.ingest.rules.play import KINDS

FILES = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_everything_wrong_is_told(path: Path):
    with pytest.raises(RulesWrong) as told:
        merged([[read(path.read_text(encoding="utf-8"), path.name, KINDS)]])
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert f"{told.value}\n" == expected


def test_an_empty_file_has_no_rules():
    assert merged([[read("", "empty.yaml", KINDS)]]) == ()


@pytest.mark.parametrize(
    "text", ["[" * 5_000, "- " * 5_000, "rules: &rules [*rules]", "a: \0", "!!int x"]
)
def test_what_no_reader_survives_is_told_like_any_mistake(text: str):
    with pytest.raises(RulesWrong, match=r"^rules\.yaml:1: no YAML that can be read: .+"):
        read(text, "rules.yaml", KINDS)


def test_a_number_with_leading_zeros_is_decimal():
    assert parsed("[007, 010, 09, -08]")[0] == [7, 10, 9, -8]
