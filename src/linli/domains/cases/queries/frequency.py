"""How common words are, as the database's own statistics know it: decides which way a search goes."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from linli.kernel.text import grams

LOOKS_EVERY_S = 300.0
RARE = 0.001
"""What a gram that is not among the most common ones is taken for, at most."""
TOGETHER = 0.7
"""Neighbouring grams of one word mostly come together: each further one leaves this share."""

STATISTICS = """
select (select reltuples from pg_class where oid = 'flow_words'::regclass),
       s.most_common_elems::text::text[], s.most_common_elem_freqs
from (select 1) one left join pg_stats s
  on s.schemaname = current_schema() and s.tablename = 'flow_words' and s.attname = 'grams'
"""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """matters  how many there are, about; shares: gram → share of matters whose words hold it, 0–1"""

    matters: float
    shares: Mapping[str, float]

    def share_of(self, text: str) -> float:
        """About which share of all matters holds every word of ``text``; words are independent of each other."""
        share = 1.0
        for word in text.split():
            if found := grams(word):
                share *= self._share_of_word(found)
        return share if self.shares else 0.0

    def _share_of_word(self, found: Sequence[str]) -> float:
        least = min(RARE, *self.shares.values()) if self.shares else 0.0
        rarest = min(self.shares.get(gram, least) for gram in found)
        return rarest * float(TOGETHER ** (len(found) - 1))


_held: tuple[float, Frequencies] | None = None


def frequencies() -> Frequencies:
    """As of at most five minutes ago."""
    global _held
    now = time.monotonic()
    if _held is None or now - _held[0] > LOOKS_EVERY_S:
        with connection.cursor() as cursor:
            cursor.execute(STATISTICS)
            matters, common, shares = cursor.fetchone()
        # Behind the shares stand the least, the greatest and the share of nulls.
        _held = (now, Frequencies(max(0.0, matters or 0.0), dict(zip(common or (), shares or (), strict=False))))
    return _held[1]
