from django.db import migrations

# A version of a work list is made, filled and sealed in one transaction and then stays; a number is never given twice;
# an admission is ended once and otherwise never rewritten. Nobody edits what is in force, the administrator included.
CREATE = r"""
insert into catalog_boundkind (unit_kind) values ('committee'), ('village');

create function catalog_never_deleted() returns trigger language plpgsql as $$
begin
  raise exception 'catalog: rows of % are never deleted', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger never_deleted before delete on catalog_worklist
for each row execute function catalog_never_deleted();
create trigger never_deleted before delete on catalog_listversion
for each row execute function catalog_never_deleted();
create trigger never_deleted before delete on catalog_workitem
for each row execute function catalog_never_deleted();
create trigger never_deleted before delete on catalog_wording
for each row execute function catalog_never_deleted();
create trigger never_deleted before delete on catalog_admission
for each row execute function catalog_never_deleted();

create function catalog_list_stays() returns trigger language plpgsql as $$
begin
  if (new.id, new.kind_id, new.unit_id, new.code) is distinct from (old.id, old.kind_id, old.unit_id, old.code)
     or new.last_serial < old.last_serial then
    raise exception 'catalog: a list keeps its kind, unit, code and the numbers it has given'
    using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger stays before update on catalog_worklist for each row execute function catalog_list_stays();

create function catalog_number_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    raise exception 'catalog: a number never changes' using errcode = 'integrity_constraint_violation';
  end if;
  if new.serial > (select last_serial from catalog_worklist where id = new.worklist_id) then
    raise exception 'catalog: a number is given by its list' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger stays before insert or update on catalog_workitem
for each row execute function catalog_number_stays();

create function catalog_list_version_grows() returns trigger language plpgsql as $$
declare
  before catalog_listversion;
begin
  if tg_op = 'INSERT' then
    if new.is_sealed then
      raise exception 'catalog: a version is sealed after it is filled' using errcode = 'integrity_constraint_violation';
    end if;
    select * into before from catalog_listversion where worklist_id = new.worklist_id order by no desc limit 1;
    if new.no <> coalesce(before.no, 0) + 1 or new.valid_from < before.valid_from or not coalesce(before.is_sealed, true)
    then
      raise exception 'catalog: versions follow each other in number and day'
      using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end if;
  if old.is_sealed or not new.is_sealed
     or to_jsonb(new) - array['is_sealed', 'digest', 'added', 'altered', 'retired']
        <> to_jsonb(old) - array['is_sealed', 'digest', 'added', 'altered', 'retired'] then
    raise exception 'catalog: a published version stays as it is' using errcode = 'integrity_constraint_violation';
  end if;
  select count(*) filter (where is_new and not was_there), count(*) filter (where is_new and was_there),
         count(*) filter (where not is_new)
  into new.added, new.altered, new.retired
  from (
    select w.item_id, bool_or(w.since_no = new.no) as is_new, bool_or(w.since_no < new.no) as was_there
    from catalog_wording w
    where w.worklist_id = new.worklist_id and (w.since_no = new.no or w.until_no = new.no)
    group by w.item_id
  ) touched;
  new.digest := catalog_version_digest(new);
  return new;
end $$;
create function catalog_version_digest(v catalog_listversion) returns bytea language sql stable as $$
  select sha256(
    coalesce((select digest from catalog_listversion where worklist_id = v.worklist_id and no = v.no - 1), ''::bytea)
    || convert_to(jsonb_build_array(v.worklist_id, v.no, v.valid_from, v.reason, v.proposal, v.published_by_id,
         coalesce((select jsonb_agg(jsonb_build_array(w.item_id, w.since_no, w.until_no is not distinct from v.no, w.position, w.heading,
           w.title, w.keywords, w.terms, w.source, w.confidence) order by w.item_id, w.since_no)
          from catalog_wording w
          where w.worklist_id = v.worklist_id and (w.since_no = v.no or w.until_no = v.no)), '[]'))::text, 'UTF8'))
$$;
create trigger grows before insert or update on catalog_listversion
for each row execute function catalog_list_version_grows();

create function catalog_version_is_sealed() returns trigger language plpgsql as $$
begin
  if exists (select 1 from catalog_listversion where id = new.id and not is_sealed) then
    raise exception 'catalog: a version is sealed in the transaction that makes it'
    using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create constraint trigger sealed after insert on catalog_listversion deferrable initially deferred
for each row execute function catalog_version_is_sealed();

create function catalog_wording_stays() returns trigger language plpgsql as $$
declare
  changed int := case when tg_op = 'INSERT' then new.since_no else new.until_no end;
begin
  if tg_op = 'INSERT' and (new.until_no is not null
     or (select worklist_id from catalog_workitem where id = new.item_id) is distinct from new.worklist_id)
     or tg_op = 'UPDATE' and (old.until_no is not null or changed is null
     or to_jsonb(new) - 'until_no' <> to_jsonb(old) - 'until_no') then
    raise exception 'catalog: a wording begins with one version and ends with another, and never changes'
    using errcode = 'integrity_constraint_violation';
  end if;
  if not exists (select 1 from catalog_listversion v
                 where v.worklist_id = new.worklist_id and v.no = changed and not v.is_sealed) then
    raise exception 'catalog: what a published version says is never changed'
    using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger stays before insert or update on catalog_wording
for each row execute function catalog_wording_stays();

create function catalog_retired_number_rests() returns trigger language plpgsql as $$
begin
  if exists (select 1 from catalog_wording w where w.item_id = new.item_id and w.until_no < new.since_no
             and not exists (select 1 from catalog_wording n where n.item_id = w.item_id and n.since_no = w.until_no))
  then
    raise exception 'catalog: a retired number does not come back' using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create constraint trigger rests after insert on catalog_wording deferrable initially deferred
for each row execute function catalog_retired_number_rests();

create function catalog_admission_stays() returns trigger language plpgsql as $$
begin
  if old.ended_at is not null
     or to_jsonb(new) - array['ended_at', 'ended_by_id', 'end_reason']
        <> to_jsonb(old) - array['ended_at', 'ended_by_id', 'end_reason'] then
    raise exception 'catalog: an admission is ended once and never rewritten'
    using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger stays before update on catalog_admission for each row execute function catalog_admission_stays();
alter table catalog_admission add constraint admission_emergency_is_short
check (kind <> 'emergency' or valid_to <= valid_from + 30);

create function catalog_admits(unit bigint, admission bigint) returns boolean language plpgsql as $$
declare
  found catalog_admission;
  today date := (clock_timestamp() at time zone 'Asia/Shanghai')::date;
begin
  -- Held until the transaction ends: whoever ends the admission meanwhile waits, and finds what it let pass.
  select * into found from catalog_admission where id = admission for share;
  return found.id is not null
    and found.valid_from <= today and (found.valid_to is null or today < found.valid_to)
    and (found.ended_at is null or clock_timestamp() < found.ended_at)
    and exists (select 1 from org_unit u, org_unit o
                where u.id = unit and o.id = found.unit_id and starts_with(u.path, o.path))
    and (found.item_id is null or exists (
      select 1 from catalog_wording w
      cross join lateral (select max(v.no) as no from catalog_listversion v
                          where v.worklist_id = w.worklist_id and v.valid_from <= today) current
      where w.item_id = found.item_id and w.since_no <= current.no
        and (w.until_no is null or w.until_no > current.no)));
end $$;
"""
UNDO = """
drop function catalog_admits(bigint, bigint);
alter table catalog_admission drop constraint admission_emergency_is_short;
drop trigger stays on catalog_admission; drop function catalog_admission_stays();
drop trigger rests on catalog_wording; drop function catalog_retired_number_rests();
drop trigger stays on catalog_wording; drop function catalog_wording_stays();
drop trigger sealed on catalog_listversion; drop function catalog_version_is_sealed();
drop trigger grows on catalog_listversion; drop function catalog_list_version_grows();
drop function catalog_version_digest(catalog_listversion);
drop trigger stays on catalog_workitem; drop function catalog_number_stays();
drop trigger stays on catalog_worklist; drop function catalog_list_stays();
drop trigger never_deleted on catalog_admission; drop trigger never_deleted on catalog_wording;
drop trigger never_deleted on catalog_workitem; drop trigger never_deleted on catalog_listversion;
drop trigger never_deleted on catalog_worklist; drop function catalog_never_deleted();
delete from catalog_boundkind;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_work_lists"), ("org", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, UNDO)]
