"""Makes the buckets and tokens that Snowgrid and Grafana need in an InfluxDB 2, if missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import ConfigError
from ingest.secret_file import read_secret_file
from snowgrid.deployment.folder import Owner, SecretFolder
from snowgrid.deployment.influxdb_api import InfluxdbAdmin, Onboarding
from snowgrid.deployment.influxdb_models import (
    Action,
    Authorization,
    Bucket,
    Organisation,
    Permission,
    Resource,
)

ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketWish:
    """A bucket to be there.

    Attributes:
        name: Its name, by which InfluxQL finds it too.
        kept_s: How long points are kept, seconds.
    """

    name: str
    kept_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWish:
    """A token to be in a file.

    Attributes:
        description: How it is found again on the server.
        actions: What it may do with the buckets, all alike.
        file: Where the token goes.
    """

    description: str
    actions: Sequence[Action]
    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluxdbWish:
    """All that is to be there.

    Attributes:
        org: Name of the organisation.
        buckets: At least one.
        tokens: For these buckets and nothing else.
        admin_password: Password of the first user, for a server that has none yet; None where
            it is for a person to make him.
    """

    org: str
    buckets: Sequence[BucketWish]
    tokens: Sequence[TokenWish]
    admin_password: str | None = field(default=None, repr=False)


def set_up(admin: InfluxdbAdmin, token: str, wish: InfluxdbWish, owner: Owner) -> Iterator[str]:
    """Make what is missing, and yield a line for each thing that is there or was made.

    Args:
        admin: Calls the server with the administrator's token.
        token: That token, which a new server is given.
        wish: What is to be there.
        owner: Whose the files of tokens are.

    Raises:
        ConfigError: The server cannot be reached, or refuses.
    """
    if admin.is_new():
        yield _onboard(admin, token, wish)
    org = admin.organisation(wish.org)
    if org is None:
        raise ConfigError(f"organisation {wish.org!r} is not there; create it, or name --org")
    buckets = []
    for each in wish.buckets:
        bucket, line = _bucket(admin, org, each)
        buckets.append(bucket)
        yield line
        yield _mapping(admin, org, bucket)
    for wanted in wish.tokens:
        yield _token(admin, org, buckets, wanted, owner)


def _onboard(admin: InfluxdbAdmin, token: str, wish: InfluxdbWish) -> str:
    if wish.admin_password is None:
        raise ConfigError(
            "the server is new: give --admin-password-file, and its first user is made"
        )
    first = wish.buckets[0]
    admin.onboard(
        Onboarding(
            username=ADMIN,
            password=wish.admin_password,
            token=token,
            org=wish.org,
            bucket=first.name,
            kept_s=first.kept_s,
        )
    )
    return f"made   organisation {wish.org} and its first user, {ADMIN}"


def _bucket(admin: InfluxdbAdmin, org: Organisation, wish: BucketWish) -> tuple[Bucket, str]:
    days = f"{wish.kept_s / 86_400:g} days"
    bucket = admin.bucket(org, wish.name)
    if bucket is None:
        made = admin.create_bucket(org, wish.name, wish.kept_s)
        return made, f"made   bucket {wish.name}, kept for {days}"
    if bucket.kept_s != wish.kept_s:
        admin.keep(bucket, wish.kept_s)
        was = f"{bucket.kept_s / 86_400:g} days" if bucket.kept_s else "for ever"
        return bucket, f"set    bucket {wish.name}, kept for {days} (was {was})"
    return bucket, f"kept   bucket {wish.name}, kept for {days}"


def _mapping(admin: InfluxdbAdmin, org: Organisation, bucket: Bucket) -> str:
    mappings = admin.mappings(org, bucket)
    if any(each.database == bucket.name and each.default for each in mappings):
        return f"kept   InfluxQL database {bucket.name}"
    admin.map(org, bucket)
    return f"made   InfluxQL database {bucket.name}"


def _token(
    admin: InfluxdbAdmin,
    org: Organisation,
    buckets: Sequence[Bucket],
    wish: TokenWish,
    owner: Owner,
) -> str:
    """Keep a token that works; else make another, as old ones cannot be read again."""
    wanted = [
        Permission(action=action, resource=Resource(type="buckets", id=bucket.id))
        for bucket in buckets
        for action in wish.actions
    ]
    known = [a for a in admin.authorizations(org) if a.description == wish.description]
    names = [bucket.name for bucket in buckets]
    if (
        wish.file.exists()
        and len(known) == 1
        and _is(known[0], wanted, token := read_secret_file(wish.file, str(wish.file)))
        and admin.opens(token, org, names)
    ):
        return f"kept   token {wish.description!r}"
    for old in known:
        admin.revoke(old)
    made = admin.authorize(org, wish.description, wanted)
    folder = SecretFolder(wish.file.parent, owner=owner, force=True)
    folder.text(wish.file.name, lambda: f"{made.token}\n")
    return f"made   token {wish.description!r} ({_rights(wish, names)}) in {wish.file}"


def _is(known: Authorization, wanted: Sequence[Permission], token: str) -> bool:
    """Tell whether a token on the server is active, is this one, and may do just what it should.

    From 2.9 on InfluxDB does not tell tokens again; then whether it opens the buckets decides.
    """
    same = {_key(each) for each in known.permissions} == {_key(each) for each in wanted}
    return same and known.status == "active" and known.token in {"", "redacted", token}


def _key(permission: Permission) -> tuple[str, str, str | None]:
    return permission.action, permission.resource.type, permission.resource.id


def _rights(wish: TokenWish, names: Sequence[str]) -> str:
    return f"{' and '.join(wish.actions)} {' and '.join(names)}"
