import django.db.models.deletion
from django.db import migrations, models

# Rules of lists are changed with a reason that stays; a prohibition is never rewritten: it ends, and another begins.
STAYS = r"""
create trigger only_grows before update or delete on lists_amendment
for each row execute function lists_only_grows();

create function lists_prohibition_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.valid_to is not null
    or (to_jsonb(new) - 'valid_to') is distinct from (to_jsonb(old) - 'valid_to') then
    raise exception 'lists: a prohibition ends, it is not rewritten' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger stays before update or delete on lists_prohibition
for each row execute function lists_prohibition_stays();
"""
UNDO = """
drop trigger stays on lists_prohibition; drop function lists_prohibition_stays();
drop trigger only_grows on lists_amendment;
"""


class Migration(migrations.Migration):
    dependencies = [("lists", "0010_modules_change_with_reason"), ("org", "0003_unit_phone")]
    operations = [
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "table",
                    models.CharField(
                        choices=[
                            ("kind", "清单种类"), ("prohibition", "禁止下派的职责"), ("levels", "审核层级"),
                            ("docking", "条块对接表"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.CharField(max_length=120)),
                ("before", models.CharField(blank=True, max_length=400)),
                ("after", models.CharField(blank=True, max_length=400)),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.actor"
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="org.unit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["table", "district", "-id"], name="amendment_table")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="amendment_has_reason"
                    )
                ],
            },
        ),
        migrations.RunSQL(STAYS, UNDO),
    ]
