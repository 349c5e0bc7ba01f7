"""Every example of docs/alerts.md is right."""

import re
from pathlib import Path

from devices.registry import kinds
from ingest.rules.files import load_rules
from ingest.rules.summary import PLACEHOLDERS
from ingest.rules.trial_files import run_file

PAGE = (Path(__file__).parents[3] / "docs" / "alerts.md").read_text(encoding="utf-8")
EXAMPLES = [
    example
    for example in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    if re.match(r"(rules|overrides):", example)
]


def test_the_examples_are_rules_and_their_test_passes(tmp_path: Path):
    rules = [each for each in EXAMPLES if "\ntests:" not in each]
    for number, example in enumerate(rules):
        (tmp_path / f"{number}.yaml").write_text(example)
    names = [rule.name for rule in load_rules([tmp_path], kinds(), defaults=False)]
    assert len(names) == 8
    (test,) = set(EXAMPLES) - set(rules)
    (tested,) = [each for each in rules if "name: my-rack-inlet-hot" in each]
    (tmp_path / "my.yaml").write_text(tested)
    (tmp_path / "test.yaml").write_text(test)
    (outcome,) = run_file(tmp_path / "test.yaml", kinds())
    assert outcome.failures == ()


def test_every_placeholder_of_a_summary_is_named():
    assert [name for name in PLACEHOLDERS if f"`{{{name}}}`" not in PAGE] == []
