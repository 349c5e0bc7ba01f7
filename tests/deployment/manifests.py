"""Kubernetes' objects, as far as our manifests use them; a key nobody knows is an error.

After https://kubernetes.io/docs/reference/kubernetes-api/ (apps/v1, v1, networking.k8s.io/v1).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

Name = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
Quantity = Annotated[str, Field(pattern=r"^\d+(m|Ki|Mi|Gi)?$")]
Port = Annotated[int, Field(ge=1, le=65_535)]
Labels = dict[str, str]


class Strict(BaseModel):
    """Base: nothing converted, nothing unknown, names as Kubernetes writes them."""

    model_config = ConfigDict(
        extra="forbid", strict=True, alias_generator=to_camel, populate_by_name=False
    )


class Metadata(Strict):
    name: Name
    labels: Labels = {}


class PodMetadata(Strict):
    labels: Labels
    annotations: dict[str, str] = {}


class Selector(Strict):
    match_labels: Labels


class HttpGet(Strict):
    path: Literal["/healthz", "/readyz"]
    port: str


class Probe(Strict):
    http_get: HttpGet
    period_seconds: int = 10
    timeout_seconds: int = 1
    failure_threshold: int = 3


class Capabilities(Strict):
    drop: list[Literal["ALL"]]


class ContainerSecurity(Strict):
    allow_privilege_escalation: Literal[False]
    read_only_root_filesystem: Literal[True]
    capabilities: Capabilities


class Seccomp(Strict):
    type: Literal["RuntimeDefault"]


class PodSecurity(Strict):
    run_as_non_root: Literal[True]
    run_as_user: int = Field(ge=1)
    run_as_group: int = Field(ge=1)
    fs_group: int = Field(ge=1)
    fs_group_change_policy: Literal["OnRootMismatch", "Always"]
    seccomp_profile: Seccomp


class Amounts(Strict):
    cpu: Quantity | None = None
    memory: Quantity


class Resources(Strict):
    requests: Amounts
    limits: Amounts


class ContainerPort(Strict):
    name: Name
    container_port: Port


class Mount(Strict):
    name: Name
    mount_path: str = Field(pattern="^/")
    read_only: bool = False


class Container(Strict):
    name: Name
    image: str
    args: list[str]
    ports: list[ContainerPort]
    security_context: ContainerSecurity
    resources: Resources
    startup_probe: Probe
    liveness_probe: Probe
    readiness_probe: Probe
    volume_mounts: list[Mount]


class ConfigMapSource(Strict):
    name: Name


class SecretSource(Strict):
    secret_name: Name
    default_mode: int = Field(ge=0, le=0o777)


class EmptyDir(Strict):
    size_limit: Quantity


class Volume(Strict):
    name: Name
    config_map: ConfigMapSource | None = None
    secret: SecretSource | None = None
    empty_dir: EmptyDir | None = None


class Storage(Strict):
    storage: Quantity


class ClaimResources(Strict):
    requests: Storage


class ClaimSpec(Strict):
    access_modes: list[Literal["ReadWriteOnce"]]
    resources: ClaimResources


class Claim(Strict):
    metadata: Metadata
    spec: ClaimSpec


class PodSpec(Strict):
    automount_service_account_token: Literal[False]
    termination_grace_period_seconds: int
    security_context: PodSecurity
    containers: list[Container] = Field(min_length=1)
    volumes: list[Volume]


class PodTemplate(Strict):
    metadata: PodMetadata
    spec: PodSpec


class StatefulSetSpec(Strict):
    replicas: int
    service_name: Name
    selector: Selector
    template: PodTemplate
    volume_claim_templates: list[Claim]

    @model_validator(mode="after")
    def _everything_mounted_is_there(self) -> "StatefulSetSpec":
        there = {each.name for each in self.template.spec.volumes}
        there |= {each.metadata.name for each in self.volume_claim_templates}
        for container in self.template.spec.containers:
            if {each.name for each in container.volume_mounts} != there:
                raise ValueError("volumes and mounts are not the same")
        if not self.selector.match_labels.items() <= self.template.metadata.labels.items():
            raise ValueError("the selector does not find the pods")
        return self


class StatefulSet(Strict):
    api_version: Literal["apps/v1"]
    kind: Literal["StatefulSet"]
    metadata: Metadata
    spec: StatefulSetSpec


class ServicePort(Strict):
    name: Name
    port: Port
    target_port: str


class ServiceSpec(Strict):
    cluster_ip: Literal["None"] = Field(alias="clusterIP")
    selector: Labels
    ports: list[ServicePort]


class Service(Strict):
    api_version: Literal["v1"]
    kind: Literal["Service"]
    metadata: Metadata
    spec: ServiceSpec


class PolicyPort(Strict):
    port: Port | str
    protocol: Literal["TCP", "UDP"]


class Peer(Strict):
    namespace_selector: Selector


class Ingress(Strict):
    from_: list[Peer] = Field(alias="from")
    ports: list[PolicyPort]


class Egress(Strict):
    ports: list[PolicyPort]


class NetworkPolicySpec(Strict):
    pod_selector: Selector
    policy_types: list[Literal["Ingress", "Egress"]]
    ingress: list[Ingress]
    egress: list[Egress]


class NetworkPolicy(Strict):
    api_version: Literal["networking.k8s.io/v1"]
    kind: Literal["NetworkPolicy"]
    metadata: Metadata
    spec: NetworkPolicySpec


class Generator(Strict):
    name: Name
    files: list[str]


class Image(Strict):
    name: str
    new_tag: str = Field(pattern=r"^\d+\.\d+\.\d+$")


class Kustomization(Strict):
    api_version: Literal["kustomize.config.k8s.io/v1beta1"]
    kind: Literal["Kustomization"]
    namespace: Name
    resources: list[str]
    config_map_generator: list[Generator]
    images: list[Image]
