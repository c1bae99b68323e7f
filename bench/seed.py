"""A million matters quickly: synthetic rows in the city of ``bench/city.py``, without the journal's hashes.

They are for measuring reads and clocks, never for trust: their titles begin with 〔合成〕 and their journal holds
one line each, written with the triggers off.
"""

import sys
import time
from typing import Any

import city
from durable import Database

SHARE_OPEN = 0.1
BATCH = 100_000

MATTERS = """
insert into flow_matter (id, number, title, flow, flow_version, state, home_id, unit_id, assignee_id, area_id,
                         opened_at, due_at, closed_at, parent_id, round)
select s.id, to_char(s.opened, 'YYYYMMDD') || lpad((%(base)s + s.n)::text, 8, '0'), '〔合成〕' || s.words, 'case', 1,
       s.state, a.home, case when s.is_open and s.n %% 3 = 0 then a.team else a.centre end,
       null, a.area, s.opened,
       s.opened + interval '5 days', case when s.is_open then null else s.opened + interval '3 days' end, null, 1
from seeded s join places a on a.no = s.place
"""
PREPARE = """
create temp table places as
select row_number() over (order by a.id) - 1 as no, a.id as area, a.centre_lon as lon, a.centre_lat as lat,
       u.path as path, h.id as home, c.id as centre, t.id as team
from org_area a join org_unit u on u.id = a.unit_id
join org_unit h on h.kind = 'street' and u.path like h.path || '%%'
join org_unit c on c.parent_id = h.id and c.kind = 'centre'
join org_unit t on t.parent_id = h.id and t.kind = 'team'
where a.kind = 'governance_grid';
create unique index on places (no);
"""

SEEDED = """
create temp table seeded on commit drop as
select n, x.id, x.opened, x.is_open, x.place, x.words,
       case when not x.is_open then (array['closed', 'revisited', 'archived', 'archived', 'archived'])[1 + n %% 5]
            else (array['reported', 'accepted', 'filed', 'dispatched', 'handling', 'handling', 'done', 'checked'])
                 [1 + n %% 8] end as state,
       (array['01001','01037','06010','06012','06013','06028','06036','07001','09005','09009','09010','04002'])
         [1 + (x.r * 1000)::int %% 12] as category,
       (x.r * 97) - floor(x.r * 97) as dx, (x.r * 89) - floor(x.r * 89) as dy
from generate_series(1, %(rows)s) n, lateral (
    select gen.r, gen.opened, gen.is_open,
           (lpad(to_hex((extract(epoch from gen.opened) * 1000)::bigint), 12, '0') || '7' ||
            substr(md5((%(base)s + n)::text), 1, 3) || '8' || substr(md5((%(base)s + n)::text), 4, 15))::uuid as id,
           (gen.r * 1200)::int %% 1200 as place,
           (%(roads)s::text[])[1 + (gen.r * 7919)::int %% array_length(%(roads)s::text[], 1)] ||
           (%(things)s::text[])[1 + (gen.r * 6151)::int %% array_length(%(things)s::text[], 1)] ||
           (%(troubles)s::text[])[1 + (gen.r * 4093)::int %% array_length(%(troubles)s::text[], 1)] || '，' ||
           (%(feelings)s::text[])[1 + (gen.r * 3571)::int %% array_length(%(feelings)s::text[], 1)] ||
           '，编号' || (%(base)s + n)::text as words
    from (select random() as r, now() - random() * interval '720 days' as opened, random() < %(open)s as is_open
          where n is not null) gen
) x
"""

REST = """
insert into cases_case select r.* from seeded s,
    lateral jsonb_populate_record(null::cases_case, %(case)s::jsonb || jsonb_build_object(
        'matter_id', s.id, 'description', '〔合成〕' || s.words, 'category', s.category)) r;
insert into flow_place (matter_id, lon, lat, accuracy_m, address, source_crs, is_outside, cell)
select s.id, q.lon, q.lat, null, '', 'wgs84', false, bench_cell(q.lon, q.lat)
from seeded s join places p on p.no = s.place,
     lateral (select p.lon + (s.dx - 0.5) * 0.0019 as lon, p.lat + (s.dy - 0.5) * 0.0019 as lat) q;
insert into flow_words (matter_id, text, grams) select s.id, s.words, text_bigrams(s.words) from seeded s;
insert into flow_entry (matter_id, seq, round, step, source, target, actor_id, role, unit_id, taken_at, recorded_at,
                        is_late, note, changes, files, prev_hash, hash)
select m.id, 1, 1, 'open', '', m.state, %(actor)s, '', m.unit_id, m.opened_at, m.opened_at, false, '', '{}', '[]',
       '', ''
from seeded s join flow_matter m on m.id = s.id;
"""

CELL = """
create or replace function bench_cell(lon float8, lat float8) returns bigint language plpgsql immutable as $$
declare
  side bigint := 1 << 22; x bigint; y bigint; n bigint := 0; b int;
begin
  x := floor((lon + 180) / 360 * side);
  y := floor((1 - asinh(tan(radians(lat))) / pi()) / 2 * side);
  for b in 0..22 loop
    n := n | (((x >> b) & 1) << (2 * b)) | (((y >> b) & 1) << (2 * b + 1));
  end loop;
  return n;
end $$;
"""


def seed(rows: int, *, database: Database) -> float:
    """Write ``rows`` synthetic cases; seconds it took. The city must be built."""
    import psycopg

    from linli.kernel.flow.system import system_actor

    actor, begun = system_actor().pk, time.monotonic()
    with psycopg.connect(database.url, autocommit=True) as raw:
        raw.execute("set session_replication_role = replica; set synchronous_commit = off")
        raw.execute(CELL)
        raw.execute(PREPARE.replace("%%", "%"))
        for base in range(0, rows, BATCH):
            given = {
                "rows": min(BATCH, rows - base), "base": base, "open": SHARE_OPEN, "roads": list(city.ROADS),
                "things": list(city.THINGS), "troubles": list(city.TROUBLES), "feelings": list(city.FEELINGS),
            }  # fmt: skip
            with raw.transaction():
                raw.execute(SEEDED, given)
                raw.execute(MATTERS, {"base": base})
                for statement in REST.strip().split(";\n"):
                    raw.execute(statement, {"case": psycopg.types.json.Jsonb(_case()), "actor": actor})
            sys.stdout.write(f"\r  {base + given['rows']:,} of {rows:,} matters")
            sys.stdout.flush()
        raw.execute("vacuum analyze")
    sys.stdout.write("\n")
    return time.monotonic() - begun


def _case() -> dict[str, Any]:
    """The columns of a case that are the same in all of them."""
    return {
        "category_kind": "matter", "standard": "GB/T 47678.5-2026", "condition": "", "suggested": [], "sphere": "city",
        "small_kind": "", "is_pressing": False, "is_sensitive": False, "emergency": 0, "source": "03",
        "channel": "web", "device": "", "found_level": "unit", "is_self_found": False, "on_behalf": False,
        "outer_system": "", "outer_number": "", "disposal_class": 0, "linkage": "", "component": "", "why": "",
        "is_public": True, "is_demo": True, "outcome": "", "result_code": "", "proof_waived": "", "reworks": 0,
        "returns": 0, "urges": 0, "revisit_result": "", "callers": 1, "answered": 0,
        "salt": "",
    }  # fmt: skip


def seed_clocks(open_clocks: int, *, due_now: int, database: Database) -> None:
    """Give as many matters a running clock, those at work first; ``due_now`` have just passed their limit.

    A tenth of these escalates by a step.
    """
    import psycopg

    with psycopg.connect(database.url, autocommit=True) as raw:
        raw.execute("set session_replication_role = replica; set synchronous_commit = off")
        raw.execute(
            """insert into flow_clock (matter_id, kind, round, base, amount, starts_at, due_at, marks, shares, fired,
                                       next_at, extended, escalates_by, why)
               select id, 'handle', 1, 'working_days', 5, now() - interval '5 days', d.due, array[d.due],
                      array[1.0::float8], 0, d.due, 0,
                      case when n <= %(due)s / 10 then 'urge_by_clock' else '' end, ''
               from (select id, row_number() over (order by state = 'handling' desc) as n from flow_matter
                     order by n limit %(rows)s) m,
                    lateral (select case when n <= %(due)s then now() - interval '1 second'
                                         else now() + (1 + n %% 30) * interval '1 day' end as due) d""",
            {"rows": open_clocks, "due": due_now},
        )
        raw.execute("vacuum analyze flow_clock")
