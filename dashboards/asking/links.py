"""Where clicks lead: down to a site's board, down to a device's."""

from dashboards.model.panel import Link

REGION_UID = "snowgrid-region"
METERS_UID = "snowgrid-meters"
ENERGY_UID = "snowgrid-energy"
SKI_UID = "snowgrid-ski-resort"
DATA_CENTRE_UID = "snowgrid-data-centre"
ALERTS_UID = "snowgrid-alerts"
PIPELINE_UID = "snowgrid-pipeline"
PROMETHEUS_UID = "snowgrid-pipeline-prometheus"


def device_uid(kind_name: str) -> str:
    """Return the uid of a kind's device board."""
    return f"snowgrid-device-{kind_name}"


def to_site(board: str, title: str) -> Link:
    """Lead from a series of a site to the board of that site."""
    return Link(board=board, title=title, variables=(("site", "site"),))


def to_devices(kind_name: str) -> Link:
    """Lead to the devices of a kind at the chosen site, to look at one after another."""
    return Link(board=device_uid(kind_name), title="Show them one by one")


def to_device(kind_name: str) -> Link:
    """Lead from a series of a device to that device; `{kind}` where the series says the kind."""
    return Link(
        board=device_uid(kind_name),
        title="Show this device",
        variables=(("site", "site"), ("device", "device")),
    )
