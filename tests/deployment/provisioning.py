"""What Grafana's provisioning takes, as far as our files use it; a key nobody knows is an error.

After https://grafana.com/docs/grafana/latest/administration/provisioning/ and the types that
Grafana reads alerting's files into (pkg/services/provisioning/alerting).
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

DURATION = re.compile(r"(\d+(ms|s|m|h|d|w|y))+")
PROVIDER = re.compile(r"\$__\w+\{")  # would be expanded while the file is read
Version = Literal[1]


def _duration(text: str) -> str:
    if not DURATION.fullmatch(text):
        raise ValueError("should be a duration such as 1m30s")
    return text


def _plain(text: str) -> str:
    if "$" in text:
        raise ValueError("a $ would be expanded while the file is read")
    return text


Duration = Annotated[str, AfterValidator(_duration)]
Plain = Annotated[str, AfterValidator(_plain)]
Uid = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,40}$")]
Letter = Annotated[str, Field(pattern=r"^[A-Z]$")]


class Strict(BaseModel):
    """Base: nothing converted, nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True)


class InfluxSettings(Strict):
    version: Literal["InfluxQL"]
    db: str = Field(alias="dbName")
    mode: Literal["GET", "POST"] = Field(alias="httpMode")
    interval: Duration = Field(alias="timeInterval")
    most_series: int = Field(alias="maxSeries")
    header: Literal["Authorization"] = Field(alias="httpHeaderName1")


class InfluxSecrets(Strict):
    header: str = Field(alias="httpHeaderValue1", pattern=r"^Token \$__file\{/run/tokens/token\}$")


class InfluxDatasource(Strict):
    name: str
    uid: Uid
    type: Literal["influxdb"]
    access: Literal["proxy"]
    url: str
    is_default: bool = Field(alias="isDefault")
    editable: bool
    settings: InfluxSettings = Field(alias="jsonData")
    secrets: InfluxSecrets = Field(alias="secureJsonData")


class PrometheusSettings(Strict):
    method: Literal["GET", "POST"] = Field(alias="httpMethod")
    interval: Duration = Field(alias="timeInterval")


class PrometheusDatasource(Strict):
    name: str
    uid: Uid
    type: Literal["prometheus"]
    access: Literal["proxy"]
    url: str
    editable: bool
    settings: PrometheusSettings = Field(alias="jsonData")


class Datasources(Strict):
    """A file of `datasources/`."""

    version: Version = Field(alias="apiVersion")
    datasources: list[
        Annotated[InfluxDatasource | PrometheusDatasource, Field(discriminator="type")]
    ]


class ProviderOptions(Strict):
    path: str


class Provider(Strict):
    name: str
    org: int = Field(alias="orgId")
    folder: str
    folder_uid: Uid = Field(alias="folderUid")
    type: Literal["file"]
    no_deletion: bool = Field(alias="disableDeletion")
    updates: bool = Field(alias="allowUiUpdates")
    interval_s: int = Field(alias="updateIntervalSeconds", ge=10)
    options: ProviderOptions


class Providers(Strict):
    """A file of `dashboards/`."""

    version: Version = Field(alias="apiVersion")
    providers: list[Provider]


class AlertmanagerSettings(Strict):
    url: str


class Receiver(Strict):
    uid: Uid
    type: Literal["prometheus-alertmanager"]
    silent_end: bool = Field(alias="disableResolveMessage")
    settings: AlertmanagerSettings


class ContactPoint(Strict):
    org: int = Field(alias="orgId")
    name: str
    receivers: list[Receiver] = Field(min_length=1)


class Policy(Strict):
    org: int = Field(alias="orgId")
    receiver: str
    group_by: list[str]
    group_wait: Duration
    group_interval: Duration
    repeat_interval: Duration


class Contacts(Strict):
    """The file of contact points and of the policy."""

    version: Version = Field(alias="apiVersion")
    points: list[ContactPoint] = Field(alias="contactPoints")
    policies: list[Policy] = Field(max_length=1)  # one tree an organisation

    @model_validator(mode="after")
    def _receivers_are_there(self) -> "Contacts":
        names = {point.name for point in self.points}
        if any(policy.receiver not in names for policy in self.policies):
            raise ValueError("a policy names a contact point that is not there")
        return self


class TimeRange(Strict):
    back_s: int = Field(alias="from", gt=0)
    to: Literal[0]


class InfluxModel(Strict):
    letter: Letter = Field(alias="refId")
    query: str = Field(pattern=r"\$timeFilter")
    raw: Literal[True] = Field(alias="rawQuery")
    form: Literal["time_series"] = Field(alias="resultFormat")
    interval_ms: int = Field(alias="intervalMs")
    most_points: int = Field(alias="maxDataPoints")

    @model_validator(mode="after")
    def _nothing_is_expanded(self) -> "InfluxModel":
        if PROVIDER.search(self.query):
            raise ValueError("would be expanded while the file is read")
        return self


class Evaluator(Strict):
    type: Literal["gt", "lt"]
    params: list[float] = Field(min_length=1, max_length=1)


class ThresholdCondition(Strict):
    evaluator: Evaluator
    unload: Evaluator | None = Field(alias="unloadEvaluator", default=None)

    @model_validator(mode="after")
    def _clears_on_the_other_side(self) -> "ThresholdCondition":
        if self.unload:
            fire, clear = self.evaluator.params[0], self.unload.params[0]
            above = self.evaluator.type == "gt"
            if self.unload.type != ("lt" if above else "gt") or (clear > fire) == above:
                raise ValueError("should clear on the other side of where it fires")
        return self


class Threshold(Strict):
    letter: Letter = Field(alias="refId")
    type: Literal["threshold"]
    expression: Letter
    conditions: list[ThresholdCondition] = Field(min_length=1, max_length=1)


class ReduceSettings(Strict):
    mode: Literal["dropNN"]


class Reduce(Strict):
    letter: Letter = Field(alias="refId")
    type: Literal["reduce"]
    expression: Letter
    reducer: Literal["last"]
    settings: ReduceSettings


class Math(Strict):
    letter: Letter = Field(alias="refId")
    type: Literal["math"]
    expression: str


Expression = Annotated[Threshold | Reduce | Math, Field(discriminator="type")]


class QueryNode(Strict):
    letter: Letter = Field(alias="refId")
    datasource: Literal["snowgrid"] = Field(alias="datasourceUid")
    time_range: TimeRange = Field(alias="relativeTimeRange")
    model: InfluxModel


class ExpressionNode(Strict):
    letter: Letter = Field(alias="refId")
    datasource: Literal["__expr__"] = Field(alias="datasourceUid")
    model: Expression


Node = Annotated[QueryNode | ExpressionNode, Field(discriminator="datasource")]


class Rule(Strict):
    uid: Uid
    title: str = Field(min_length=1, max_length=190)
    condition: Letter
    for_: Duration = Field(alias="for")
    keep_firing_for: Duration = Field(alias="keepFiringFor")
    no_data: Literal["OK"] = Field(alias="noDataState")
    error: Literal["Error"] = Field(alias="execErrState")
    labels: dict[str, Plain]
    annotations: dict[str, Plain]
    data: list[Node] = Field(min_length=2)

    @model_validator(mode="after")
    def _steps_name_earlier_steps(self) -> "Rule":
        letters: set[str] = set()
        for node in self.data:
            if node.letter in letters or node.model.letter != node.letter:
                raise ValueError(f"step {node.letter} is there twice, or named otherwise inside")
            if isinstance(node, ExpressionNode):
                named = set(re.findall(r"\b[A-Z]\b", node.model.expression))
                if not named <= letters:
                    raise ValueError(f"step {node.letter} names a later one")
            letters.add(node.letter)
        if self.condition not in letters:
            raise ValueError("the condition is no step")
        return self


class Group(Strict):
    org: int = Field(alias="orgId")
    name: str
    folder: str
    interval: Duration
    rules: list[Rule] = Field(min_length=1)


class Rules(Strict):
    """The file of alert rules."""

    version: Version = Field(alias="apiVersion")
    groups: list[Group]
