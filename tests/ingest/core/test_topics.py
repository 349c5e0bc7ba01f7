import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.schema import NAME
from ingest.core.topics import parse_telemetry


def test_a_telemetry_topic_names_site_kind_and_device():
    assert parse_telemetry("telemetry/langfang/smart_meter/b03-m017") == (
        "langfang",
        "smart_meter",
        "b03-m017",
    )


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "telemetry",
        "telemetry/a/b",
        "telemetry/a/b/c/d",
        "/telemetry/a/b/c",
        "telemetry/a//c",
        "Telemetry/a/b/c",
        "status/a/b/c",
        "telemetry/a/b/C",
        "telemetry/a/b/c d",
        "telemetry/a/b/c,d",
        "telemetry/a/b/c=d",
        "telemetry/a/b/c\nd",
        "telemetry/a/b/c\n",
        "telemetry/a/b/ü",
        "telemetry/a/b/-c",
        "telemetry/a/b/" + "x" * 65,
    ],
)
def test_anything_else_is_refused_with_what_is_wanted(topic: str):
    with pytest.raises(ValueError, match="want"):
        parse_telemetry(topic)


@given(st.text())
def test_no_text_gets_a_character_into_a_tag_that_would_need_escaping(text: str):
    try:
        parsed = parse_telemetry(f"telemetry/{text}")
    except ValueError:
        return
    assert all(NAME.fullmatch(level) for level in parsed)


def test_a_level_that_is_endless_is_shown_by_its_beginning():
    with pytest.raises(ValueError, match=r"device 'm{80}'…: want") as error:
        parse_telemetry(f"telemetry/town/boiler/{'m' * 60_000}")
    assert len(str(error.value)) < 200
