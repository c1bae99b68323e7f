"""Taking in many reports at once: the same records as ``cases_take_in``, set by set, from a staging table."""

from django.db import migrations

FORWARD = r"""
create function cases_take_in_staged() returns table (key uuid, outcome text, number text) language plpgsql as $$
begin
  -- Resent rows: the first answer, or a refusal when the content is another one.
  create temp table staged_known on commit drop as
  select s.key, case when r.digest = decode(s.p->>'digest', 'hex') then 'known' else 'changed' end as outcome, m.number
  from staged s
  join flow_receipt r on r.matter_id = s.key and r.command = s.key
  join flow_matter m on m.id = s.key;
  -- A number of another sender's that is taken under another key.
  insert into staged_known
  select s.key, 'taken', m.number
  from staged s
  join cases_case c on c.outer_system = s.p->'case'->>'outer_system' and c.outer_number = s.p->'case'->>'outer_number'
  join flow_matter m on m.id = c.matter_id
  where s.p->'case'->>'outer_number' <> '' and c.matter_id <> s.key
    and not exists (select 1 from staged_known k where k.key = s.key);
  delete from staged s using staged_known k where k.key = s.key;

  update staged s set number = flow_next_number((s.p->'matter'->>'opened_at')::timestamptz);

  insert into org_actor (id, kind, name)
  select (a->>'id')::uuid, a->>'kind', coalesce(a->>'name', '') from staged s, jsonb_array_elements(s.p->'actors') a;
  insert into org_contact
  select r.* from staged s, jsonb_array_elements(s.p->'contacts') c,
       lateral jsonb_populate_record(null::org_contact, c) r;

  insert into flow_matter (id, number, title, flow, flow_version, state, home_id, unit_id, assignee_id, area_id,
                           opened_at, due_at, closed_at, parent_id, round)
  select s.key, s.number, m.title, m.flow, m.flow_version, m.state, m.home_id, m.unit_id, m.assignee_id, m.area_id,
         m.opened_at, m.due_at, null, null, 1
  from staged s, lateral jsonb_populate_record(null::flow_matter, s.p->'matter') m;
  insert into flow_entry (matter_id, round, step, source, target, actor_id, role, unit_id, assignee_id, taken_at,
                          is_late, note, changes, files)
  select s.key, 1, 'open', '', s.p->'matter'->>'state', (e.e->>'actor_id')::uuid, e.e->>'role',
         (s.p->'matter'->>'unit_id')::bigint, (s.p->'matter'->>'assignee_id')::uuid, (e.e->>'taken_at')::timestamptz,
         false, e.e->>'note', e.e->'changes', e.e->'files'
  from staged s, lateral (select s.p->'entry' as e) e;
  insert into cases_case
  select r.* from staged s,
       lateral jsonb_populate_record(null::cases_case, s.p->'case' || jsonb_build_object('matter_id', s.key)) r;
  insert into flow_place (matter_id, lon, lat, accuracy_m, address, source_crs, is_outside, cell)
  select s.key, l.lon, l.lat, l.accuracy_m, l.address, l.source_crs, l.is_outside, l.cell
  from staged s, lateral jsonb_populate_record(null::flow_place, s.p->'place') l;
  insert into flow_words (matter_id, text, grams) select s.key, s.p->>'words', '{}' from staged s;
  insert into flow_receipt (matter_id, command, digest, seq)
  select s.key, s.key, decode(s.p->>'digest', 'hex'), 1 from staged s;
  insert into flow_party (matter_id, actor_id, role, since)
  select s.key, (x->>'actor_id')::uuid, x->>'role', (s.p->'matter'->>'opened_at')::timestamptz
  from staged s, jsonb_array_elements(s.p->'parties') x;
  insert into cases_occurrence (matter_id, actor_id, at, wants_answer, text, answer, answer_channel)
  select s.key, (o->>'actor_id')::uuid, (s.p->'matter'->>'opened_at')::timestamptz, (o->>'wants_answer')::boolean,
         '', '', ''
  from staged s, jsonb_array_elements(s.p->'occurrences') o;
  insert into flow_clock (matter_id, kind, round, base, amount, starts_at, due_at, marks, shares, fired, next_at,
                          extended, escalates_by, why)
  select s.key, c->>'kind', 1, c->>'base', (c->>'amount')::float8, (c->>'starts_at')::timestamptz,
         (c->>'due_at')::timestamptz, m.marks, h.shares, 0, m.marks[1], 0, c->>'escalates_by', c->>'why'
  from staged s, jsonb_array_elements(s.p->'clocks') c,
       lateral (select array_agg(x::timestamptz order by n) as marks
                from jsonb_array_elements_text(c->'marks') with ordinality t(x, n)) m,
       lateral (select array_agg(x::float8 order by n) as shares
                from jsonb_array_elements_text(c->'shares') with ordinality t(x, n)) h;
  insert into flow_outbox (matter_id, kind, payload)
  select s.key, (s.p->'matter'->>'flow') || '.open', jsonb_build_object(
    'seq', 1, 'actor', s.p->'entry'->>'actor_id', 'unit', s.p->'matter'->'unit_id', 'home', s.p->'matter'->'home_id')
  from staged s where s.p->>'tells' = 'true';

  return query select s.key, 'taken_in'::text, s.number::text from staged s
               union all select k.key, k.outcome, k.number::text from staged_known k;
  drop table staged_known;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_take_in")]
    operations = [migrations.RunSQL(FORWARD, "drop function cases_take_in_staged()")]
