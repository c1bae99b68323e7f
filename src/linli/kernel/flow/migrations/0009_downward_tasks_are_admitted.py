from django.db import migrations

# A matter that a higher unit opens for a committee or village is on a list, or the database does not let it pass:
# whatever flow, page, import or SQL it comes from. Looked at when the transaction ends, so that matter, journal and
# mandate may be written in any order. Residents' own matters and those of the committee's own level need no item.
FORWARD = r"""
create function flow_is_bound(unit bigint) returns boolean language sql stable as $$
  select exists (select 1 from org_unit u join catalog_boundkind b on b.unit_kind = u.kind where u.id = unit)
$$;

create function flow_opened_at_level(matter uuid) returns boolean language sql stable as $$
  select exists (
    select 1 from flow_entry e
    join org_post p on p.actor_id = e.actor_id and p.since <= (clock_timestamp() at time zone 'Asia/Shanghai')::date
      and (p.until is null or p.until > (e.taken_at at time zone 'Asia/Shanghai')::date)
    join org_unit stands on stands.id = p.unit_id
    where e.matter_id = matter and e.seq = 1 and exists (
      select 1 from org_unit bound join catalog_boundkind b on b.unit_kind = bound.kind
      where bound.id = any (string_to_array(trim(trailing '.' from stands.path), '.')::bigint[])))
$$;

create function flow_downward_task_is_admitted() returns trigger language plpgsql as $$
declare
  holder flow_matter;
  given flow_mandate;
  test text;
  fits boolean := false;
begin
  select * into holder from flow_matter where id = new.id;
  if holder.closed_at is not null or not flow_is_bound(holder.unit_id) then
    return null;
  end if;
  select * into given from flow_mandate where matter_id = new.id;
  if given.exempt = 'level' then
    fits := flow_opened_at_level(new.id) or holder.parent_id is not null and flow_opened_at_level(holder.parent_id);
  elsif given.exempt = 'source' then
    select x.test into test from flow_exemption x where x.flow = holder.flow;
    if test is not null then
      execute format('select %s($1)', test::regprocedure::regproc) into fits using new.id;
    end if;
  elsif given.admission_id is not null then
    fits := catalog_admits(holder.unit_id, given.admission_id);
  end if;
  if not coalesce(fits, false) and given.matter_id is not null then
    -- What the bearer had is carried on by the unit that took its place.
    select exists (select 1 from org_unit u where u.id = given.bearer_id and u.successor_id = holder.unit_id) into fits;
  end if;
  if not coalesce(fits, false) then
    raise exception 'flow: a downward task cites an admitted item (matter %)', holder.number
    using errcode = 'integrity_constraint_violation', constraint = 'downward_task_is_admitted';
  end if;
  return null;
end $$;
create constraint trigger downward_task_opened after insert on flow_matter deferrable initially deferred
for each row when (new.closed_at is null and flow_is_bound(new.unit_id))
execute function flow_downward_task_is_admitted();
create constraint trigger downward_task_moved after update on flow_matter deferrable initially deferred
for each row when ((new.unit_id is distinct from old.unit_id or old.closed_at is not null and new.closed_at is null)
                   and flow_is_bound(new.unit_id))
execute function flow_downward_task_is_admitted();

create function flow_mandate_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'flow: a mandate is never deleted' using errcode = 'integrity_constraint_violation';
  end if;
  if exists (select 1 from flow_matter m where m.id = old.matter_id and m.unit_id = old.bearer_id) then
    raise exception 'flow: a mandate stays while its bearer holds the matter'
    using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger stays before update or delete on flow_mandate for each row execute function flow_mandate_stays();
create function flow_declined_stays() returns trigger language plpgsql as $$
begin
  raise exception 'flow: what was declined stays on record' using errcode = 'integrity_constraint_violation';
end $$;
create trigger stays before update or delete on flow_declined for each row execute function flow_declined_stays();
"""
BACKWARD = """
drop trigger stays on flow_declined; drop function flow_declined_stays();
drop trigger stays on flow_mandate; drop function flow_mandate_stays();
drop trigger downward_task_moved on flow_matter; drop trigger downward_task_opened on flow_matter;
drop function flow_downward_task_is_admitted(); drop function flow_opened_at_level(uuid);
drop function flow_is_bound(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("flow", "0008_mandates"),
        ("catalog", "0005_published_items_stay"),
        ("org", "0002_triggers"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
