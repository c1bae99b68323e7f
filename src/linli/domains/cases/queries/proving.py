"""The words and place of a report as they came in, proved by a hash in the first line of its journal.

The hash is salted by the row, so that nobody who has the journal alone can guess a short text from it, and so that
words can be destroyed when their time is up: without the salt the hash tells nothing of them. The same is reckoned here
in Python, when a report is taken in, and in SQL, when the journal is verified.
"""

import hashlib
import os
from collections.abc import Iterator

from django.db import connection

from linli.kernel.flow.guarding import Fault

SALT_BYTES = 16
FINE = 10_000_000
"""Positions are compared to a ten-millionth of a degree, a centimetre."""


def new_salt() -> bytes:
    return os.urandom(SALT_BYTES)


def proof(salt: bytes, *, title: str, text: str, address: str, lon: float | None, lat: float | None) -> str:
    """SHA-256 (hex) over the salt and everything that was said of what and where."""
    place = ",".join("" if degrees is None else str(round(degrees * FINE)) for degrees in (lon, lat))
    parts = (title, text, address, place)
    return hashlib.sha256(salt + b"".join(hashlib.sha256(part.encode()).digest() for part in parts)).hexdigest()


ERASED = "exists (select 1 from flow_entry w where w.matter_id = e.matter_id and w.step = 'erase_words')"
WORDS_APART = f"""
select m.number
from flow_entry e
join cases_case c on c.matter_id = e.matter_id
join flow_place p on p.matter_id = e.matter_id
join flow_matter m on m.id = e.matter_id
where e.seq = 1 and e.changes ? 'words'
  and not (c.salt = '' and {ERASED})
  and encode(sha256(
        c.salt || sha256(convert_to(m.title, 'UTF8')) || sha256(convert_to(c.description, 'UTF8'))
        || sha256(convert_to(p.address, 'UTF8'))
        || sha256(convert_to(coalesce(round(p.lon * {FINE})::bigint::text, '') || ','
                             || coalesce(round(p.lat * {FINE})::bigint::text, ''), 'UTF8'))
      ), 'hex') <> e.changes ->> 'words'
limit 1000
"""
COUNT_ERASED = f"select count(*) from cases_case c join flow_entry e using (matter_id) where e.seq = 1 and {ERASED}"


def words_apart() -> Iterator[Fault]:
    """Cases whose title, words or place are not those that came in. Words destroyed by their own step are no fault."""
    with connection.cursor() as cursor:
        cursor.execute(WORDS_APART)
        yield from (Fault("words_changed", number) for (number,) in cursor.fetchall())


def erased() -> int:
    """How many cases had their words destroyed, by a step in their journal."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ERASED)
        return int(cursor.fetchone()[0])
