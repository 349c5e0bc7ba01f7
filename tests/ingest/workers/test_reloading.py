"""What many workers say of a reload is said once."""

from ingest.reload.difference import Change, RuleChanges
from ingest.reload.outcome import Outcome
from ingest.workers.reloading import together

LEVEL = Change(key="log.level", before="info", after="debug")
PORT = Change(key="mqtt.port", before="1883", after="1884")


def test_equal_answers_become_one() -> None:
    one = Outcome(changed=(LEVEL,), rules=RuleChanges(added=("a",)), restart=(PORT,))
    assert together([one, one]) == one


def test_whatever_only_one_says_is_said() -> None:
    one = Outcome(changed=(LEVEL,), notes=("worker 2 does not answer: too late",))
    two = Outcome(problems=("broken",), rules=RuleChanges(removed=("b",)))
    assert together([one, two, Outcome(restart=(PORT,))]) == Outcome(
        problems=("broken",),
        changed=(LEVEL,),
        rules=RuleChanges(removed=("b",)),
        restart=(PORT,),
        notes=("worker 2 does not answer: too late",),
    )
