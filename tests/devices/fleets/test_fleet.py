"""Fleet files: what they may say, and what a person reads who made a mistake in one."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.errors import FleetError
from devices.fleets.file import load_fleet
from devices.fleets.fleet import Gateway
from devices.fleets.layout import lay_out
from devices.fleets.schema import DevicesEntry, SiteEntry
from devices.fleets.values import numbered

FLEET = """
name = "test"
title = "Test"
[[sites]]
name = "here"
title = "Here"
elevation_m = 100
latitude_deg = 40
longitude_deg = 116.5
gateways = 2
[[sites.devices]]
kind = "smart_meter"
count = 3
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="test.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def complaint(path: Path | str) -> str:
    with pytest.raises(FleetError) as error:
        load_fleet(path)
    return str(error.value)


def test_a_group_takes_from_site_and_kind_what_it_does_not_say_itself(write):
    (group,) = load_fleet(write(FLEET)).groups
    assert group.names == ("smart-meter-1", "smart-meter-2", "smart-meter-3")
    assert group.gateways == ("gateway-1", "gateway-1", "gateway-2")
    assert group.interval_s == group.kind.interval_s
    assert group.elevation_m == (100, 100)
    assert group.exposure == 0.3


def test_a_group_may_say_it_all(write):
    said = """
prefix = "home"
interval_s = 5
elevation_m = [100, 300]
exposure = 1
gateways = ["gateway-2"]
options = { pv_share = 0.5 }
"""
    (group,) = load_fleet(write(FLEET + said)).groups
    assert group.names == ("home-1", "home-2", "home-3")
    assert set(group.gateways) == {"gateway-2"}
    assert group.interval_s == 5
    assert group.population.elevation_m.tolist() == [100, 200, 300]
    assert group.population.exposure.tolist() == [1, 1, 1]
    assert group.population.options == {"pv_share": 0.5}


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("2", ("gateway-1", "gateway-2")),
        ('["east", "west"]', ("east", "west")),
        ('{ prefix = "building", count = 2 }', ("building-1", "building-2")),
    ],
)
def test_gateways_may_be_counted_or_named(write, written, names):
    fleet = load_fleet(write(FLEET.replace("gateways = 2", f"gateways = {written}")))
    assert fleet.gateways == tuple(Gateway(site="here", name=name) for name in names)


@given(devices=st.integers(1, 200), gateways=st.integers(1, 20))
def test_devices_are_spread_evenly_and_in_order(devices, gateways):
    site = SiteEntry(
        name="here",
        title="Here",
        elevation_m=0,
        latitude_deg=0,
        longitude_deg=0,
        gateways=gateways,
        devices=[DevicesEntry(kind="smart_meter", count=devices)],
    )
    (group,) = lay_out(site, "").groups
    assert list(group.gateways) == sorted(group.gateways)
    assert set(group.gateways) <= set(site.gateways)
    shares = Counter(group.gateways)
    if devices >= gateways:
        assert len(shares) == gateways
        assert max(shares.values()) - min(shares.values()) <= 1


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("count = 3", 'count = "many"', "sites[0].devices[0].count: want a whole number, 1 … 1"),
        ("count = 3", "count = 0", "sites[0].devices[0].count: want a whole number"),
        ("count = 3", "count = true", "got True"),
        ("count = 3", "cuont = 3", "sites[0].devices[0].cuont: no such key: did you mean 'count'?"),
        ("smart_meter", "smart_metre", "no kind 'smart_metre': did you mean 'smart_meter'?"),
        ('kind = "smart_meter"', "", "sites[0].devices[0].kind: missing; want a device kind"),
        ("elevation_m = 100", 'elevation_m = "100"', "sites[0].elevation_m: want metres"),
        ('name = "here"', 'name = "Over There"', "got 'Over There'"),
        ("gateways = 2", "gateways = 0", "sites[0].gateways: want how many gateways"),
        ("gateways = 2", 'gateways = ["a", "a"]', "sites[0].gateways: want how many gateways"),
        ("count = 3", "interval_s = 0", "sites[0].devices[0].interval_s: want seconds"),
        ("count = 3", "elevation_m = [1]", "sites[0].devices[0].elevation_m"),
        ("count = 3", 'gateways = ["gateway-3"]', "no gateway 'gateway-3': did you mean 'gateway-"),
        ("count = 3", "options = { pv_shar = 1 }", "no option 'pv_shar': did you mean 'pv_share'?"),
        ("count = 3", "options = { pv_share = 2 }", "pv_share = 2 is out of range"),
        ("count = 3", 'options = { pv_share = "x" }', "devices[0].options.pv_share: want"),
        ("count = 3", f'prefix = "{"p" * 64}"', "devices[0].prefix"),
        ('title = "Test"', "", "title: missing; want a text"),
        ("[[sites]]", "sites = 3", "not a TOML file"),
    ],
)
def test_a_mistake_is_told_with_file_key_and_expectation(write, right, wrong, said):
    path = write(FLEET.replace(right, wrong, 1))
    message = complaint(path)
    assert message.startswith(str(path))
    assert said in message


def test_all_mistakes_of_a_file_are_told_at_once(write):
    message = complaint(write(FLEET.replace("count = 3", "count = 0\nprefx = 1")))
    assert len(message.splitlines()) == 2


def test_a_group_may_have_a_million_devices(write):
    many = FLEET.replace("gateways = 2", "gateways = 1000")
    fleet = load_fleet(write(many.replace("count = 3", "count = 1_000_000\ninterval_s = 900")))
    (group,) = fleet.groups
    assert (group.names[0], group.names[-1]) == ("smart-meter-0000001", "smart-meter-1000000")
    assert set(Counter(group.gateways).values()) == {1000}


def test_two_groups_may_not_have_devices_of_one_name(write):
    twice = FLEET + FLEET[FLEET.index("[[sites.devices]]") :]
    assert "smart_meter 'smart-meter-1' stands already in devices[0]" in complaint(write(twice))


def test_included_sites_come_first(write):
    write(FLEET, "inner.toml")
    outer = FLEET.replace('"here"', '"there"').replace(
        "[[sites]]", 'include=["inner.toml"]\n[[sites]]'
    )
    fleet = load_fleet(write(outer))
    assert [site.place.name for site in fleet.sites] == ["here", "there"]
    assert fleet.device_count == 6
    assert fleet.devices_by_kind == {"smart_meter": 6}


def test_an_include_that_leads_back_is_told_with_its_way(write):
    write('name="b"\ntitle="B"\ninclude=["a.toml"]', "b.toml")
    path = write('name="a"\ntitle="A"\ninclude=["b.toml"]', "a.toml")
    assert "include[0]: 'a.toml' leads back to itself: a.toml → b.toml → a.toml" in complaint(path)


def test_a_site_that_comes_twice_is_told_with_both_files(write):
    inner = write(FLEET, "inner.toml")
    message = complaint(
        write('name="a"\ntitle="A"\ninclude=["inner.toml", "inner.toml"]', "a.toml")
    )
    assert f"include[1]: a site 'here' stands already in {inner}" in message


def test_an_include_that_is_not_there_is_told(write):
    message = complaint(write('name="a"\ntitle="A"\ninclude=["x.toml"]', "a.toml"))
    assert "include[0]: no file 'x.toml'" in message


def test_a_fleet_without_sites_is_told(write):
    assert "no sites" in complaint(write('name="a"\ntitle="A"'))


def test_an_unknown_fleet_is_told_with_those_there_are():
    message = complaint("jing-jin-jo")
    assert "did you mean 'jing-jin-ji'?" in message
    assert "langfang" in message


@given(
    groups=st.lists(st.tuples(st.sampled_from(["a", "a-1", "b"]), st.integers(1, 120)), max_size=4)
)
def test_groups_are_refused_exactly_if_two_devices_have_one_name(groups):
    site = SiteEntry(
        name="here",
        title="Here",
        elevation_m=0,
        latitude_deg=0,
        longitude_deg=0,
        devices=[
            DevicesEntry(kind="smart_meter", prefix=prefix, count=count) for prefix, count in groups
        ],
    )
    names = [name for prefix, count in groups for name in numbered(prefix, count)]
    refused = False
    try:
        lay_out(site, "")
    except FleetError:
        refused = True
    assert refused is (len(set(names)) < len(names))
