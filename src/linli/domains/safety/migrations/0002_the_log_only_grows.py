from django.db import migrations

CREATE = """
create trigger only_grows before update or delete on safety_logentry
for each row execute function only_grows();
create trigger only_grows before update or delete on safety_logfollow
for each row execute function only_grows();
create trigger only_grows before update or delete on safety_drill
for each row execute function only_grows();
create trigger only_grows before update or delete on safety_incidentnotice
for each row execute function only_grows();
create trigger only_grows before update or delete on safety_recurrence
for each row execute function only_grows();

-- What was inspected stays as it was found; only the hazard that came of it is written down afterwards.
create function safety_inspected_stays() returns trigger language plpgsql as $$
begin
  raise exception 'safety: what was inspected stays' using errcode = 'integrity_constraint_violation';
end $$;
create trigger stays before update or delete on safety_inspection
for each row execute function safety_inspected_stays();
create trigger stays before update on safety_finding
for each row when ((new.inspection_id, new.item_id, new.result, new.note, new.files)
                   is distinct from (old.inspection_id, old.item_id, old.result, old.note, old.files))
execute function safety_inspected_stays();
create trigger never_cut before delete on safety_finding for each row execute function safety_inspected_stays();

-- A plan that was in force is not edited: a new version is drafted.
create function safety_plan_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.object_id, new.no, new.measures, new.emergency, new.capacity, new.posts, new.resources,
      new.file_id, new.drafted_by_id, new.approved_by_id, new.approved_at) is distinct from
     (old.object_id, old.no, old.measures, old.emergency, old.capacity, old.posts, old.resources,
      old.file_id, old.drafted_by_id, old.approved_by_id, old.approved_at) then
    raise exception 'safety: a plan that was in force is not edited' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger stays before update or delete on safety_plan
for each row when (old.state <> 'draft') execute function safety_plan_stays();

-- Where somebody went is kept a month and never survives a crash on purpose: nothing else depends on it.
alter table safety_trackpoint set unlogged;
"""
DROP = """
alter table safety_trackpoint set logged;
drop trigger stays on safety_plan;
drop function safety_plan_stays();
drop trigger never_cut on safety_finding;
drop trigger stays on safety_finding;
drop trigger stays on safety_inspection;
drop function safety_inspected_stays();
drop trigger only_grows on safety_logentry;
drop trigger only_grows on safety_logfollow;
drop trigger only_grows on safety_drill;
drop trigger only_grows on safety_incidentnotice;
drop trigger only_grows on safety_recurrence;
"""


class Migration(migrations.Migration):
    dependencies = [("safety", "0001_safety"), ("org", "0004_rows_that_only_grow")]
    operations = [migrations.RunSQL(CREATE, DROP)]
