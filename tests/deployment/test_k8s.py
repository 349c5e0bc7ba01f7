"""The manifests for Kubernetes: of the right form, and fitting each other and the service."""

import shutil
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from ingest.settings import load_settings
from tests.deployment.manifests import (
    Kustomization,
    NetworkPolicy,
    Service,
    StatefulSet,
    Strict,
)
from tests.deployment.stack import ROOT

FOLDER = ROOT / "deploy/k8s"
FORMS: dict[str, type[Strict]] = {
    "kustomization.yaml": Kustomization,
    "network-policy.yaml": NetworkPolicy,
    "service.yaml": Service,
    "statefulset.yaml": StatefulSet,
}


def read(name: str) -> object:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def stateful_set() -> StatefulSet:
    return StatefulSet.model_validate(read("statefulset.yaml"))


@pytest.mark.parametrize("name", FORMS)
def test_a_manifest_has_the_form_that_kubernetes_takes(name: str):
    assert FORMS[name].model_validate(read(name))


def test_the_kustomization_names_every_file_that_is_there():
    kustomization = Kustomization.model_validate(read("kustomization.yaml"))
    named = {*kustomization.resources, *kustomization.config_map_generator[0].files}
    assert named == {path.name for path in FOLDER.iterdir()} - {"kustomization.yaml"}
    assert kustomization.images[0].new_tag == version("snowgrid")


def test_selectors_ports_and_names_fit_each_other(stateful_set: StatefulSet):
    service = Service.model_validate(read("service.yaml"))
    policy = NetworkPolicy.model_validate(read("network-policy.yaml"))
    labels = stateful_set.spec.template.metadata.labels
    (container,) = stateful_set.spec.template.spec.containers
    (port,) = container.ports
    assert stateful_set.spec.service_name == service.metadata.name
    assert service.spec.selector.items() <= labels.items()
    assert policy.spec.pod_selector.match_labels.items() <= labels.items()
    assert service.spec.ports[0].target_port == port.name == policy.spec.ingress[0].ports[0].port
    for probe in (container.startup_probe, container.liveness_probe, container.readiness_probe):
        assert probe.http_get.port == port.name


def test_the_settings_are_right_and_every_path_is_on_a_mount(stateful_set: StatefulSet):
    (container,) = stateful_set.spec.template.spec.containers
    settings = load_settings(FOLDER / "snowgrid.toml", env={})
    mounts = [Path(each.mount_path) for each in container.volume_mounts]
    assert settings.http.port == container.ports[0].container_port
    text = (FOLDER / "snowgrid.toml").read_text("utf-8")
    paths = [word for word in text.replace('"', " ").split() if word.startswith("/")]
    assert len(paths) > 5
    for path in paths:
        if not path.startswith("/metrics"):
            assert any(mount in Path(path).parents for mount in mounts), path


def test_the_volume_holds_all_that_the_service_may_keep(stateful_set: StatefulSet):
    settings = load_settings(FOLDER / "snowgrid.toml", env={})
    (claim,) = stateful_set.spec.volume_claim_templates
    there = int(claim.spec.resources.requests.storage.removesuffix("Gi")) * 1024**3
    # Rows derived from readings have a quarter of the spool's size beside it.
    assert there > settings.store.spool.max_bytes * 1.25 + settings.deadletters.max_bytes


def test_the_policy_lets_the_service_reach_what_its_settings_name():
    policy = NetworkPolicy.model_validate(read("network-policy.yaml"))
    settings = tomllib.loads((FOLDER / "snowgrid.toml").read_text("utf-8"))
    ports = {each.port for each in policy.spec.egress[0].ports}
    assert settings["mqtt"]["port"] in ports
    for url in (settings["store"]["influxdb"]["url"], settings["alerts"]["alertmanager_url"]):
        assert int(url.rpartition(":")[2]) in ports


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kubectl_puts_it_together():
    done = subprocess.run(
        ["kubectl", "kustomize", FOLDER], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    kinds = {each["kind"] for each in yaml.safe_load_all(done.stdout)}
    assert kinds == {"ConfigMap", "Service", "StatefulSet", "NetworkPolicy"}
