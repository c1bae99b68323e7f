import django.db.models.deletion
from django.db import migrations, models

CREATE = r"""
-- A stamp is made by whoever keeps the seal at that moment, with a seal that lies in its place, under the next number of
-- the register of that seal and year: the row of the seal is held until then, so no number is given twice or left out.
create function lists_stamped_in_order() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.stamped_at is not null then return new; end if;
  end if;
  perform 1 from lists_seal s where s.id = new.seal_id and s.state = 'in_use' and s.keeper_id = new.stamped_by_id
  for update;
  if not found then
    raise exception 'lists: this seal is not in the hands of whoever stamps' using errcode = 'integrity_constraint_violation';
  end if;
  if new.year is distinct from extract(year from new.stamped_at at time zone 'Asia/Shanghai')::int
     or new.log_no is distinct from (select coalesce(max(u.log_no), 0) + 1 from lists_sealuse u
                                     where u.seal_id = new.seal_id and u.year = new.year) then
    raise exception 'lists: stamps are numbered without gaps' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger in_order before insert or update on lists_sealuse for each row when (new.stamped_at is not null)
execute function lists_stamped_in_order();

create function lists_destroyed_stays() returns trigger language plpgsql as $$
begin
  raise exception 'lists: a destroyed seal stays destroyed' using errcode = 'integrity_constraint_violation';
end $$;
create trigger destroyed_stays before update on lists_seal for each row
when (old.state = 'destroyed' and new.state <> 'destroyed') execute function lists_destroyed_stays();
create trigger never_cut before delete on lists_seal for each row execute function lists_only_grows();
"""
UNDO = """
drop trigger never_cut on lists_seal; drop trigger destroyed_stays on lists_seal; drop function lists_destroyed_stays();
drop trigger in_order on lists_sealuse; drop function lists_stamped_in_order();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0006_tasks_given_together"),
        ("catalog", "0005_published_items_stay"),
    ]
    operations = [
        migrations.AddField(
            "sealuse",
            "wording",
            models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="catalog.wording",
            ),
        ),
        migrations.AddField(
            "sealuse",
            "refused_as",
            models.CharField(
                blank=True,
                choices=[
                    ("denied", "清单列明不能盖"),
                    ("off_list", "不在清单"),
                    ("blank", "空白件"),
                    ("approver", "审批人不同意"),
                    ("keeper", "保管员退回"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField("sealout", "went_out_at", models.DateTimeField(null=True)),
        migrations.RunSQL(CREATE, UNDO),
    ]
