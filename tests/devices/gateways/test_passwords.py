"""Passwords of gateways in a file."""

import pytest

from devices.errors import BrokerInvalid
from devices.gateways.passwords import parse_passwords, read_passwords


def test_each_line_is_a_user_and_a_password_which_may_hold_colons():
    text = "# made by hand\n\nvalley.gw-1:a:b\nridge.gw-1: c\n"
    assert parse_passwords(text, "file") == {"valley.gw-1": "a:b", "ridge.gw-1": " c"}


@pytest.mark.parametrize("line", ["valley.gw-1", "valley.gw-1:", ":secret", "a:1\na:secret"])
def test_a_line_that_is_wrong_is_named_and_no_password_told(line):
    with pytest.raises(BrokerInvalid, match=r"^file:\d+: ") as error:
        parse_passwords(line, "file")
    assert "secret" not in str(error.value)


def test_a_file_that_is_not_there_is_told_with_the_option(tmp_path):
    with pytest.raises(BrokerInvalid, match="--passwords"):
        read_passwords(tmp_path / "none")
