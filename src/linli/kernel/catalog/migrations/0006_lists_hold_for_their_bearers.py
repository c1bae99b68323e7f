from django.db import migrations

# A district's list of what villages do lets nothing be asked of a committee, though both lie below the district.
FORWARD = r"""
create or replace function catalog_admits(unit bigint, admission bigint) returns boolean language plpgsql as $$
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
      join catalog_worklist l on l.id = w.worklist_id
      join catalog_listkind k on k.code = l.kind_id
      join org_unit u on u.id = unit and u.kind = k.bearer
      cross join lateral (select max(v.no) as no from catalog_listversion v
                          where v.worklist_id = w.worklist_id and v.valid_from <= today) current
      where w.item_id = found.item_id and w.since_no <= current.no
        and (w.until_no is null or w.until_no > current.no)));
end $$;
"""
BACKWARD = r"""
create or replace function catalog_admits(unit bigint, admission bigint) returns boolean language plpgsql as $$
declare
  found catalog_admission;
  today date := (clock_timestamp() at time zone 'Asia/Shanghai')::date;
begin
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


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_published_items_stay")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
