"""Is the journal what it was? Each entry is re-hashed from its content; the daily anchors show what was cut off."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from linli.kernel.flow import registry
from linli.kernel.flow.models import Anchor
from linli.kernel.org.sealing import keyring

PURPOSE = b"journal anchor"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, with the matter's number or the anchor's day."""

    what: str
    where: str


BROKEN_CHAIN = """
select m.number, e.seq,
       case when e.seq <> e.expected then 'entry_missing'
            when e.prev_hash <> e.before then 'chain_broken'
            else 'content_changed' end
from (
    select e.*, row_number() over w as expected, coalesce(lag(e.hash) over w, ''::bytea) as before,
           flow_entry_hash(f) as again
    from flow_entry e join flow_entry f on f.id = e.id
    window w as (partition by e.matter_id order by e.seq)
) e join flow_matter m on m.id = e.matter_id
where e.seq <> e.expected or e.prev_hash <> e.before or e.hash <> e.again
limit 1000
"""
STATE_APART = """
select m.number from flow_matter m
left join lateral (select target from flow_entry e where e.matter_id = m.id order by seq desc limit 1) last on true
where last.target is distinct from m.state
limit 1000
"""
FILE_APART = """
select m.number from flow_attachment a join flow_matter m on m.id = a.matter_id
join evidence_file f on f.id = a.file_id
where not exists (select 1 from flow_entry e where e.matter_id = a.matter_id and e.files ? f.sha256)
limit 1000
"""


def faults() -> Iterator[Fault]:
    """Everything in the journal that is not as it was written. Empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN_CHAIN)
        yield from (Fault(what, f"{number} #{seq}") for number, seq, what in cursor.fetchall())
        cursor.execute(STATE_APART)
        yield from (Fault("state_apart_from_journal", number) for (number,) in cursor.fetchall())
        cursor.execute(FILE_APART)
        yield from (Fault("file_not_in_journal", number) for (number,) in cursor.fetchall())
    for check in registry.checks():
        yield from check()
    yield from _anchor_faults()


def _anchor_faults() -> Iterator[Fault]:
    for anchor in Anchor.objects.order_by("on"):
        if anchor.key_no not in keyring().numbers:
            yield Fault("anchor_key_missing", f"{anchor.on} #{anchor.key_no}")
        elif not hmac.compare_digest(bytes(anchor.signature), _sign(anchor)):
            yield Fault("anchor_forged", str(anchor.on))
            continue
        if _state_up_to(anchor.last_entry) != (anchor.matters, anchor.entries, bytes(anchor.digest)):
            yield Fault("anchor_not_met", str(anchor.on))


def _state_up_to(last_entry: int) -> tuple[int, int, bytes]:
    """Matters, entries and the digest over all hashes up to entry id ``last_entry``."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select count(distinct matter_id), count(*),
                      sha256(coalesce(string_agg(hash, ''::bytea order by id), ''::bytea))
               from flow_entry where id <= %s""",
            [last_entry],
        )
        matters, entries, digest = cursor.fetchone()
    return matters, entries, bytes(digest)


def _sign(anchor: Anchor) -> bytes:
    """Signed with a key of ``LINLI_KEYS``, whose number is signed too: a new secret for sessions breaks no anchor."""
    state = f"{anchor.on}|{anchor.matters}|{anchor.entries}|{anchor.last_entry}|{bytes(anchor.digest).hex()}"
    return keyring().sign(f"{anchor.key_no}|{state}".encode(), PURPOSE, anchor.key_no)


def drop_anchor(on: date) -> Anchor:
    """Sign how the journal stands, once a day; a second call for the same day returns the first."""
    if earlier := Anchor.objects.filter(on=on).first():
        return earlier
    last_entry = _last_settled()
    matters, entries, digest = _state_up_to(last_entry)
    anchor = Anchor(
        on=on, matters=matters, entries=entries, last_entry=last_entry, digest=digest, key_no=keyring().newest
    )
    anchor.signature = _sign(anchor)
    anchor.save(force_insert=True)
    return anchor


@transaction.atomic
def _last_settled() -> int:
    """The last entry id below which nothing more can appear: writers under way are waited for."""
    with connection.cursor() as cursor:
        cursor.execute("lock table flow_entry in share mode")
        cursor.execute("select coalesce(max(id), 0) from flow_entry")
        return int(cursor.fetchone()[0])
