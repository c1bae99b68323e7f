"""Taking a report in is one database function keyed by the matter: everything about it in one durable statement."""

from django.db import migrations

FORWARD = r"""
create function cases_take_in(key uuid, p jsonb) returns jsonb language plpgsql as $$
declare
  given bytea := decode(p->>'digest', 'hex');
  before bytea;
  moment timestamptz := (p->'matter'->>'opened_at')::timestamptz;
  label text;
begin
  select digest into before from flow_receipt where matter_id = key and command = key;
  if found then
    if before <> given then
      raise exception 'resent with another content' using errcode = 'LI001';
    end if;
    return (select jsonb_build_object('number', number, 'resent', true) from flow_matter where id = key);
  end if;

  label := flow_next_number(moment);
  if p->'actors' <> '[]' then
    insert into org_actor (id, kind, name)
    select (a->>'id')::uuid, a->>'kind', coalesce(a->>'name', '') from jsonb_array_elements(p->'actors') a;
  end if;
  if p->'contacts' <> '[]' then
    insert into org_contact select r.*
    from jsonb_array_elements(p->'contacts') c, lateral jsonb_populate_record(null::org_contact, c) r;
  end if;

  -- A function among the tables is called once; (f()).* would call it once for every column.
  insert into flow_matter select r.*
  from jsonb_populate_record(null::flow_matter, p->'matter' || jsonb_build_object('id', key, 'number', label)) r;
  insert into flow_entry (matter_id, round, step, source, target, actor_id, role, unit_id, assignee_id, taken_at,
                          is_late, note, changes, files)
  select key, 1, 'open', '', p->'matter'->>'state', (e->>'actor_id')::uuid, e->>'role',
         (p->'matter'->>'unit_id')::bigint, (p->'matter'->>'assignee_id')::uuid, (e->>'taken_at')::timestamptz,
         coalesce((e->>'is_late')::boolean, false), e->>'note', e->'changes', e->'files'
  from (select p->'entry' as e) one;
  insert into cases_case select r.*
  from jsonb_populate_record(null::cases_case, p->'case' || jsonb_build_object('matter_id', key)) r;
  insert into flow_place (matter_id, lon, lat, accuracy_m, address, source_crs, is_outside, cell)
  select key, (l->>'lon')::float8, (l->>'lat')::float8, (l->>'accuracy_m')::float8, l->>'address', l->>'source_crs',
         (l->>'is_outside')::boolean, (l->>'cell')::bigint
  from (select p->'place' as l) one;
  insert into flow_words (matter_id, text, grams) values (key, p->>'words', '{}');
  insert into flow_receipt (matter_id, command, digest, seq) values (key, key, given, 1);

  if p->'parties' <> '[]' then
    insert into flow_party (matter_id, actor_id, role, since)
    select key, (x->>'actor_id')::uuid, x->>'role', moment from jsonb_array_elements(p->'parties') x;
  end if;
  if p->'occurrences' <> '[]' then
    insert into cases_occurrence (matter_id, actor_id, at, wants_answer, text, answer, answer_channel)
    select key, (o->>'actor_id')::uuid, moment, (o->>'wants_answer')::boolean, '', '', ''
    from jsonb_array_elements(p->'occurrences') o;
  end if;
  insert into flow_clock (matter_id, kind, round, base, amount, starts_at, due_at, marks, shares, fired, next_at,
                          extended, escalates_by, why)
  select key, c->>'kind', 1, c->>'base', (c->>'amount')::float8, (c->>'starts_at')::timestamptz,
         (c->>'due_at')::timestamptz, m.marks, s.shares, 0, m.marks[1], 0, c->>'escalates_by', c->>'why'
  from jsonb_array_elements(p->'clocks') c,
       lateral (select array_agg(x::timestamptz order by n) as marks
                from jsonb_array_elements_text(c->'marks') with ordinality t(x, n)) m,
       lateral (select array_agg(x::float8 order by n) as shares
                from jsonb_array_elements_text(c->'shares') with ordinality t(x, n)) s;
  if p->'files' <> '[]' then
    insert into flow_attachment (matter_id, file_id, kind, seq, round, is_public)
    select key, (f->>'file_id')::uuid, f->>'kind', 1, 1, (f->>'is_public')::boolean
    from jsonb_array_elements(p->'files') f;
  end if;
  if p->'duplicates' <> '[]' then
    insert into flow_link (matter_id, other_id, kind, made_by_id, made_at, note)
    select key, (d->>'other')::uuid, 'probable_duplicate', (p->'entry'->>'actor_id')::uuid, moment, d->>'note'
    from jsonb_array_elements(p->'duplicates') d;
  end if;
  insert into flow_outbox (matter_id, kind, payload)
  values (key, (p->'matter'->>'flow') || '.open', jsonb_build_object(
    'seq', 1, 'actor', p->'entry'->>'actor_id', 'unit', p->'matter'->'unit_id', 'home', p->'matter'->'home_id'));
  return jsonb_build_object('number', label, 'resent', false);
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_cases")]
    operations = [migrations.RunSQL(FORWARD, "drop function cases_take_in(uuid, jsonb)")]
