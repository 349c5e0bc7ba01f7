import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ingest.errors import ConfigError
from ingest.settings import Settings, load_settings
from ingest.settings_sources import is_secret, settings_of, variable_of
from ingest.settings_stores import DuckdbSettings, SpoolSettings, StoreSettings

NOTHING: dict[str, str] = {}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "test.toml"


def problems(
    file: Path | None = None,
    overrides: dict[str, object] | None = None,
    env: dict[str, str] | None = None,
) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(file, overrides, env or {})
    return str(caught.value).splitlines()


def problem(
    file: Path | None = None,
    overrides: dict[str, object] | None = None,
    env: dict[str, str] | None = None,
) -> str:
    (line,) = problems(file, overrides, env)
    return line


def test_without_anything_the_defaults_hold() -> None:
    assert load_settings(env=NOTHING) == Settings()


def test_the_later_source_wins_setting_by_setting(file: Path) -> None:
    file.write_text('[mqtt]\nhost = "file"\nport = 1\nkeep_alive_s = 7\n')
    env = {"SNOWGRID_MQTT__HOST": "environment", "SNOWGRID_MQTT__PORT": "2"}
    mqtt = load_settings(file, {"mqtt.host": "options"}, env).mqtt
    assert (mqtt.host, mqtt.port, mqtt.keep_alive_s) == ("options", 2, 7)


def test_a_file_in_the_working_directory_is_read_if_it_is_there() -> None:
    Path("snowgrid.toml").write_text('[mqtt]\nhost = "here"\n')
    assert load_settings(env=NOTHING).mqtt.host == "here"


def test_a_file_that_was_asked_for_must_exist(file: Path) -> None:
    assert "test.toml: no such file" in problem(file)


def test_the_process_environment_is_used_unless_another_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SNOWGRID_MQTT__HOST", "real")
    assert load_settings().mqtt.host == "real"
    assert load_settings(env=NOTHING).mqtt.host == "127.0.0.1"


def test_settings_made_directly_ignore_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNOWGRID_MQTT__HOST", "real")
    assert Settings().mqtt.host == "127.0.0.1"


def test_options_that_were_not_given_change_nothing() -> None:
    assert load_settings(None, {"mqtt.host": None}, NOTHING) == Settings()


def test_empty_variables_count_as_not_set() -> None:
    assert load_settings(env={"SNOWGRID_MQTT__PORT": ""}) == Settings()


def test_variables_of_others_are_left_alone() -> None:
    env = {
        "SNOWGRID_TEST_INFLUXDB_URL": "http://x",
        "SNOWGRID_HTTP_PORT": "tcp://10.0.0.1:9464",
        "PATH": "/bin",
    }
    assert load_settings(env=env) == Settings()


@pytest.mark.parametrize("text", ["telemetry/a/#,telemetry/b/#", "telemetry/a/# , telemetry/b/#"])
def test_a_list_in_a_variable_is_separated_by_commas(text: str) -> None:
    topics = load_settings(env={"SNOWGRID_MQTT__TOPICS": text}).mqtt.topics
    assert topics == ("telemetry/a/#", "telemetry/b/#")


def test_a_nested_section_has_its_variables_too() -> None:
    settings = load_settings(env={"SNOWGRID_STORE__INFLUXDB__BATCH_LINES": "7"})
    assert settings.store.influxdb.batch_lines == 7


def test_a_wrong_value_is_told_with_file_key_value_and_what_is_expected(file: Path) -> None:
    file.write_text("[mqtt]\nport = 99999\n")
    expected = f"{file}: mqtt.port: should be less than or equal to 65535, not 99999"
    assert problem(file) == expected


def test_a_wrong_variable_is_told_by_its_name() -> None:
    assert problem(env={"SNOWGRID_MQTT__PORT": "many"}) == (
        'environment: SNOWGRID_MQTT__PORT (mqtt.port): should be a valid integer, not "many"'
    )


def test_a_wrong_option_is_told_by_its_key() -> None:
    line = problem(overrides={"log.level": "loud"})
    assert line.startswith("options: log.level: should be 'debug', 'info', 'warning' or 'error'")


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("[mqtt]\nhots = 1", "mqtt.host"),
        ("[influxdb]\nurl = 1", "store.influxdb.url"),
        ("[mqtts]\nhost = 1", "mqtt.host"),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest(file: Path, text: str, near: str) -> None:
    file.write_text(text)
    assert problem(file).endswith(f"no such setting; did you mean {near}?")


@pytest.mark.parametrize(
    "name", ["SNOWGRID_MQTT__HOTS", "SNOWGRID_MQT__HOST", "SNOWGRID_MQTT_HOST"]
)
def test_an_unknown_variable_is_told_with_the_nearest(name: str) -> None:
    line = problem(env={name: "x"})
    assert line == f"environment: {name}: no such setting; did you mean SNOWGRID_MQTT__HOST?"


def test_an_unknown_section_is_told_even_when_empty(file: Path) -> None:
    file.write_text("[qqqqqq]\n")
    assert "qqqqqq: no such setting; docs/configuration.md lists them all" in problem(file)


@pytest.mark.parametrize("text", ["mqtt = 5", 'mqtt = "broker"'])
def test_a_value_where_a_section_belongs_is_told(file: Path, text: str) -> None:
    file.write_text(text)
    assert "mqtt: is a section; set one of its keys, such as mqtt.host" in problem(file)


def test_all_problems_are_told_at_once(file: Path) -> None:
    file.write_text('[mqtt]\nhots = 1\nport = 0\npassword = "x"\n[batch]\nlinger_s = -1\n')
    lines = problems(file, {"log.level": "loud"}, {"SNOWGRID_HTTP__PORT": "x"})
    for key in (
        "mqtt.hots",
        "mqtt.port",
        "mqtt.password",
        "batch.linger_s",
        "log.level",
        "HTTP__PORT",
    ):
        assert sum(key in line for line in lines) == 1, key
    assert len(lines) == 6


def test_broken_toml_is_told_with_line_and_column(file: Path) -> None:
    file.write_text("[mqtt]\nport = = 1\n")
    assert "at line 2, column 8" in problem(file)


def test_toml_that_is_nested_too_deep_is_told(file: Path) -> None:
    file.write_text(f"x = {'[' * 100_000}")
    assert problem(file).endswith("not valid TOML: nested too deep")


def test_a_file_that_is_not_utf8_is_told(file: Path) -> None:
    file.write_bytes(b'[mqtt]\nhost = "\xff"\n')
    assert "not UTF-8 at byte 15" in problem(file)


@pytest.mark.parametrize("value", ["true", "inf", "nan", '"x"', "1979-05-27", "[1]", "{}"])
def test_a_number_is_a_finite_number_and_nothing_else(file: Path, value: str) -> None:
    file.write_text(f"[batch]\nlinger_s = {value}\n")
    assert "batch.linger_s" in problem(file)


def test_a_certificate_needs_its_key(file: Path) -> None:
    file.write_text('[mqtt.tls]\ncert_file = "c.pem"\n')
    assert problem(file) == ("mqtt.tls: cert_file and key_file go together; give both or neither")


@pytest.mark.parametrize(
    "url", ["influx:8086", "ftp://influx", "http://", "http://x:99999", "http://me:pw@influx"]
)
def test_an_influxdb_url_is_http_without_credentials(url: str) -> None:
    line = problem(env={"SNOWGRID_STORE__INFLUXDB__URL": url})
    assert "store.influxdb.url" in line
    assert "pw" not in line


@pytest.mark.parametrize(
    "topic", ["telemetry/#/x", "tele#", "a/b+", "", "$share/group", "$share//x"]
)
def test_a_topic_filter_that_no_broker_takes_is_refused(topic: str) -> None:
    assert "mqtt.topics" in problem(overrides={"mqtt.topics": ["telemetry/#", topic]})


@pytest.mark.parametrize("topic", ["#", "telemetry/+/rack/#", "$share/group/telemetry/#"])
def test_topic_filters_with_wildcards_and_shares_are_taken(topic: str) -> None:
    assert load_settings(None, {"mqtt.topics": [topic]}, NOTHING).mqtt.topics == (topic,)


def test_windows_are_lengths_in_words() -> None:
    settings = load_settings(overrides={"rollups.windows": "30s, 5m,1d"}, env={})
    assert settings.rollups.tiers.lengths_ms == (30_000, 300_000, 86_400_000)


@pytest.mark.parametrize("windows", ["", "1", "0s", "1.5h", "1m,1m", "1m,90s", "1h,1m", "1 m"])
def test_windows_that_do_not_fit_into_each_other_are_refused(windows: str) -> None:
    with pytest.raises(ConfigError, match=r"rollups\.windows: "):
        load_settings(overrides={"rollups.windows": windows}, env={})


@pytest.mark.parametrize("key", ["mqtt.password", "store.influxdb.token"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(file: Path, key: str) -> None:
    section, _, name = key.rpartition(".")
    file.write_text(f'[{section}]\n{name} = "geheim"\n')
    line = problem(file)
    assert variable_of(key) in line
    assert f"{key}_file" in line
    assert "geheim" not in line


def test_secrets_never_appear_in_text_of_settings() -> None:
    env = {"SNOWGRID_MQTT__PASSWORD": "geheim", "SNOWGRID_STORE__INFLUXDB__TOKEN": "geheim"}
    settings = load_settings(env=env)
    for text in (repr(settings), str(settings), settings.model_dump_json(), f"{settings.mqtt!r}"):
        assert "geheim" not in text
    assert settings.mqtt.read_password() == "geheim"
    assert settings.store.influxdb.read_token() == "geheim"


def test_no_secret_is_set_by_default() -> None:
    settings = Settings()
    assert settings.mqtt.read_password() is None
    assert settings.store.influxdb.read_token() is None


def test_a_secret_file_gives_its_first_line(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("  geheim \nsecond line\n")
    file.chmod(0o600)
    settings = load_settings(None, {"mqtt.password_file": file}, NOTHING)
    assert settings.mqtt.read_password() == "geheim"


@pytest.mark.parametrize(
    ("content", "what"), [(None, "cannot be read"), (b"\nx", "is empty"), (b"\xff", "not UTF-8")]
)
def test_a_secret_file_without_a_secret_is_told(
    tmp_path: Path, content: bytes | None, what: str
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    settings = load_settings(None, {"store.influxdb.token_file": file}, NOTHING)
    with pytest.raises(ConfigError, match=f"store.influxdb.token_file: .*token.*{what}"):
        settings.store.influxdb.read_token()


def test_a_secret_file_that_every_user_can_read_is_only_warned_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "password"
    file.write_text("geheim")
    for mode, warnings in ((0o600, 0), (0o644, 1)):
        file.chmod(mode)
        with caplog.at_level(logging.WARNING):
            settings = load_settings(None, {"mqtt.password_file": file}, NOTHING)
            assert settings.mqtt.read_password() == "geheim"
        assert len(caplog.records) == warnings


def test_certificates_for_a_database_without_tls_are_told() -> None:
    line = problem(overrides={"store.influxdb.ca_file": "ca.crt"})
    assert "certificates need TLS; write https:// in url" in line


@pytest.mark.parametrize("secret", ["mqtt.password", "store.influxdb.token"])
def test_a_secret_given_twice_is_told(secret: str) -> None:
    env = {variable_of(secret): "geheim"}
    line = problem(overrides={f"{secret}_file": "file"}, env=env)
    assert "are both given; keep one" in line
    assert "geheim" not in line


@pytest.mark.parametrize("secret", ["mqtt.password", "store.influxdb.token"])
def test_a_secret_as_an_option_is_refused_because_every_user_sees_it(secret: str) -> None:
    line = problem(overrides={secret: "geheim"})
    assert line.startswith(f"options: {secret}: secrets do not belong here")
    assert "geheim" not in line


def test_every_secret_is_named_as_one() -> None:
    secrets = {key for key, field in settings_of(Settings) if is_secret(field)}
    assert secrets == {"mqtt.password", "store.influxdb.token"}


def test_settings_are_frozen() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.mqtt.host = "other"
    with pytest.raises(ValidationError):
        settings.mqtt = settings.mqtt


@pytest.mark.parametrize("key", [key for key, _ in settings_of(Settings)])
def test_every_setting_can_be_set_by_its_variable(key: str) -> None:
    value: object = Settings()
    for name in key.split("."):
        value = getattr(value, name)
    if isinstance(value, tuple):
        value = ",".join(value)
    env = {variable_of(key): str(value).lower() if isinstance(value, bool) else str(value)}
    if value is None:
        is_address = key.endswith(("_url", ".link"))
        env = {variable_of(key): "http://host:1" if is_address else "x"}
    section, _, name = key.rpartition(".")
    if name in {"cert_file", "key_file"}:
        env |= {variable_of(f"{section}.{file}"): "x" for file in ("cert_file", "key_file")}
    if section == "store.influxdb" and name in {"ca_file", "cert_file", "key_file"}:
        env |= {variable_of("store.influxdb.url"): "https://host:1"}
    load_settings(env=env)


@given(value=st.text())
def test_no_value_can_break_a_problem_into_two_lines(value: str) -> None:
    assert problem(overrides={"log.level": f"loud{value}"}).isprintable()


def test_own_files_lie_beside_what_keeps_the_readings(tmp_path: Path) -> None:
    spool = SpoolSettings(dir=tmp_path / "spool")
    duckdb = DuckdbSettings(path=tmp_path / "a.duckdb")
    beside_spool = StoreSettings(spool=spool, duckdb=duckdb)
    beside_duckdb = StoreSettings(kind="duckdb", spool=spool, duckdb=duckdb)
    assert beside_spool.own_file("alerts.state") == tmp_path / "spool" / "alerts.state"
    assert beside_duckdb.own_file("alerts.state") == tmp_path / "a-alerts.state"
