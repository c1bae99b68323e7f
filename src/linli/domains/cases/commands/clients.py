"""Keys for programs of other bodies: issued once, shown once, revoked for good."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.cases.models import ApiClient
from linli.domains.cases.queries import clients
from linli.kernel.catalog import queries as catalog
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org.commands import people, posts
from linli.kernel.org.models import Actor, Post, Unit

FACES = ("rest", "open311")


class KeyRefused(Refused):
    """A key cannot be issued like that."""


@transaction.atomic
def issue_key(
    name: str, *, unit: Unit, actor: Actor, at: datetime, faces: Sequence[str] = FACES,
    sources: Sequence[str] = ("15",), systems: Sequence[str] = (), roles: Sequence[str] = (), per_minute: int = 600,
) -> tuple[ApiClient, str]:  # fmt: skip
    """Register a program of ``unit`` and give it a key, which is returned here and never again.

    sources  codes of the source list it may report under, the usual one first
    systems  names of the systems whose numbers it sends, its own first
    roles    posts in ``unit`` it acts by; without any it only reports, and sees what it sent

    Raises KeyRefused, RightRefused, PostRefused.
    """
    _check(faces, sources, systems, per_minute)
    program = people.register(name, kind="outside", actor=actor, at=at)
    for role in roles:
        posts.appoint(program, role, unit, actor=actor, at=at, reason=_("接口程序"))
    prefix = base64.b32encode(secrets.token_bytes(5)).decode().lower()
    secret = secrets.token_urlsafe(32)
    client = ApiClient.objects.create(
        name=name.strip(), prefix=prefix, key_hash=clients.hash_of(secret), unit=unit, actor=program, faces=list(faces),
        sources=list(sources), systems=list(systems), per_minute=per_minute, created_at=at, created_by=actor,
    )  # fmt: skip
    _forget()
    return client, f"{prefix}.{secret}"


def _check(faces: Sequence[str], sources: Sequence[str], systems: Sequence[str], per_minute: int) -> None:
    if not faces or set(faces) - set(FACES):
        raise KeyRefused(_("接口只有 rest 和 open311 两种。"), field="faces")
    unknown = [code for code in sources if catalog.item("sources", code) is None]
    if not sources or unknown:
        raise KeyRefused(_("没有这种案件来源：%(code)s。") % {"code": ", ".join(unknown)}, field="sources")
    if any(not 0 < len(system) <= 40 for system in systems):
        raise KeyRefused(_("外部系统名称应为 1 到 40 个字符。"), field="systems")
    if per_minute < 1:
        raise KeyRefused(_("每分钟次数应大于 0。"), field="per_minute")


@transaction.atomic
def revoke_key(prefix: str, *, actor: Actor, at: datetime) -> ApiClient:
    """Shut a key for good within a second and end its posts. A key revoked before stays as it was.

    Raises NotFound, RightRefused.
    """
    client = ApiClient.objects.select_for_update().filter(prefix=prefix).first()
    if client is None:
        raise NotFound
    if client.revoked_at is None:
        for post in Post.objects.filter(actor_id=client.actor_id, until=None):
            posts.end_post(post, actor=actor, at=at, reason=_("接口密钥已停用"))
        client.revoked_at = at
        client.save(update_fields=["revoked_at"])
        _forget()
    return client


def _forget() -> None:
    clients.forget()
    transaction.on_commit(clients.forget)
