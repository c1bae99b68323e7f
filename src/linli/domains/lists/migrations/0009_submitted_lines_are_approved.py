from django.db import migrations, models

# What a bearer may not be given (003-03) does not enter a list, by whatever way it is written: the class of an item is
# looked up against what is forbidden to the list's unit and to its bearer on the day the version begins.
CREATE = r"""
create function lists_wording_is_allowed() returns trigger language plpgsql as $$
declare
  found text;
begin
  select p.name into found
  from catalog_worklist l
  join catalog_listkind k on k.code = l.kind_id
  join org_unit u on u.id = l.unit_id
  join catalog_listversion v on v.worklist_id = l.id and v.no = new.since_no
  join lists_prohibition p on p.unit_kind in (u.kind, k.bearer)
  left join org_unit a on a.id = p.area_id
  where l.id = new.worklist_id and p.duty_class = new.terms ->> 'duty_class'
    and (a.id is null or starts_with(u.path, a.path))
    and p.valid_from <= v.valid_from and (p.valid_to is null or p.valid_to > v.valid_from)
  limit 1;
  if found is not null then
    raise exception 'lists: % may not be given to this bearer', found using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create trigger lists_allowed after insert on catalog_wording
for each row when (new.terms ? 'duty_class') execute function lists_wording_is_allowed();
"""
UNDO = """
drop trigger lists_allowed on catalog_wording;
drop function lists_wording_is_allowed();
"""


class Migration(migrations.Migration):
    dependencies = [("lists", "0008_counted_by_others")]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="digest",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.RunSQL(CREATE, UNDO),
    ]
