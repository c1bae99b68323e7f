from importlib import import_module

from django.db import migrations

# What was admitted when it was given may be begun again by whoever has it, also after the admission has ended: a second
# round is no new task. So that no mandate is slipped in with a matter that is closed, each is looked at when written.
BEFORE = """
  select * into given from flow_mandate where matter_id = new.id;
"""
AFTER = """
  select * into given from flow_mandate where matter_id = new.id;
  if tg_op = 'UPDATE' and new.unit_id = old.unit_id and given.bearer_id = holder.unit_id then
    return null;
  end if;
"""
WRITTEN = """
create function flow_mandate_is_admitted() returns trigger language plpgsql as $$
begin
  if not catalog_admits(new.bearer_id, new.admission_id) then
    raise exception 'flow: a mandate cites what is admitted' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger is_admitted before insert or update on flow_mandate
for each row when (new.admission_id is not null) execute function flow_mandate_is_admitted();
"""


def rule() -> str:
    """The function as migration 0009 made it."""
    text = import_module("linli.kernel.flow.migrations.0009_downward_tasks_are_admitted").FORWARD
    begin = text.index("create function flow_downward_task_is_admitted()")
    made = text[begin : text.index("create constraint trigger downward_task_opened")]
    return made.replace("create function", "create or replace function", 1)


class Migration(migrations.Migration):
    dependencies = [("flow", "0009_downward_tasks_are_admitted"), ("catalog", "0006_lists_hold_for_their_bearers")]
    operations = [
        migrations.RunSQL(rule().replace(BEFORE, AFTER), rule()),
        migrations.RunSQL(
            WRITTEN, "drop trigger is_admitted on flow_mandate; drop function flow_mandate_is_admitted();"
        ),
    ]
