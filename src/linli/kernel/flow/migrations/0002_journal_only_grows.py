"""The journal only grows, is numbered, timed and hashed by the database, and a state follows it."""

from django.db import migrations

FORWARD = r"""
create sequence flow_number;

create function flow_next_number(at timestamptz) returns text language sql volatile as $$
  select to_char(at at time zone 'Asia/Shanghai', 'YYYYMMDD') || lpad(n::text, greatest(6, length(n::text)), '0')
  from (select nextval('flow_number') as n) s
$$;

create function flow_entry_hash(e flow_entry) returns bytea language sql stable as $$
  select sha256(e.prev_hash || convert_to(jsonb_build_array(
    e.matter_id, e.seq, e.round, e.step, e.source, e.target, e.actor_id, e.role, e.unit_id, e.assignee_id,
    (extract(epoch from e.taken_at) * 1000000)::bigint, (extract(epoch from e.recorded_at) * 1000000)::bigint,
    e.is_late, e.note, e.changes, e.files)::text, 'UTF8'))
$$;

create function flow_entry_chain() returns trigger language plpgsql as $$
declare
  last_seq int;
  last_hash bytea;
begin
  select seq, hash into last_seq, last_hash from flow_entry
  where matter_id = new.matter_id order by seq desc limit 1;
  new.seq := coalesce(last_seq, 0) + 1;
  new.prev_hash := coalesce(last_hash, ''::bytea);
  new.recorded_at := clock_timestamp();
  new.hash := flow_entry_hash(new);
  return new;
end $$;
create trigger chain before insert on flow_entry for each row execute function flow_entry_chain();

create function flow_journal_only_grows() returns trigger language plpgsql as $$
begin
  raise exception 'journal rows are never changed or deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger only_grows before update or delete on flow_entry
for each row execute function flow_journal_only_grows();
create trigger never_emptied before truncate on flow_entry
for each statement execute function flow_journal_only_grows();

create function flow_state_follows_journal() returns trigger language plpgsql as $$
declare
  last flow_entry;
begin
  select * into last from flow_entry where matter_id = new.id order by seq desc limit 1;
  if last is null or last.source is distinct from old.state or last.target is distinct from new.state then
    raise exception 'state changes only together with a journal row' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger state_follows_journal before update of state on flow_matter
for each row when (old.state is distinct from new.state) execute function flow_state_follows_journal();

create function flow_matter_stays() returns trigger language plpgsql as $$
begin
  raise exception 'matters are never deleted' using errcode = 'integrity_constraint_violation';
end $$;
create trigger stays before delete on flow_matter for each row execute function flow_matter_stays();

create function flow_words_grams() returns trigger language plpgsql as $$
begin
  new.grams := text_bigrams(new.text);
  return new;
end $$;
create trigger grams before insert or update of text on flow_words
for each row execute function flow_words_grams();
"""

BACKWARD = """
drop trigger grams on flow_words; drop function flow_words_grams();
drop trigger stays on flow_matter; drop function flow_matter_stays();
drop trigger state_follows_journal on flow_matter; drop function flow_state_follows_journal();
drop trigger never_emptied on flow_entry; drop trigger only_grows on flow_entry;
drop function flow_journal_only_grows();
drop trigger chain on flow_entry; drop function flow_entry_chain(); drop function flow_entry_hash(flow_entry);
drop function flow_next_number(timestamptz); drop sequence flow_number;
"""


class Migration(migrations.Migration):
    dependencies = [("flow", "0001_matters"), ("text", "__first__")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
