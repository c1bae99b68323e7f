from importlib import import_module

from django.db import migrations, models

# A task hung under any matter that somebody in a committee had opened passed as "of its own level", wherever it went.
# What a higher unit opens under a matter needs no item only where it is a part of it (a table says which flows proceed
# beside which), goes to the very unit that opened it, and begins while it is open.
CREATE = r"""
create function flow_part_is_own(matter uuid) returns boolean language sql stable as $$
  select exists (
    select 1 from flow_matter child
    join flow_matter whole on whole.id = child.parent_id
    join flow_part part on part.flow = child.flow and part.whole = whole.flow
    join flow_entry e on e.matter_id = whole.id and e.seq = 1
    join org_post p on p.actor_id = e.actor_id and p.since <= (clock_timestamp() at time zone 'Asia/Shanghai')::date
      and (p.until is null or p.until > (e.taken_at at time zone 'Asia/Shanghai')::date)
    join org_unit stands on stands.id = p.unit_id
    join org_unit bearer on bearer.id = any (string_to_array(trim(trailing '.' from stands.path), '.')::bigint[])
    where child.id = matter and (whole.closed_at is null or whole.closed_at >= child.opened_at)
      and child.unit_id in (bearer.id, bearer.successor_id))
$$;
"""
BEFORE = "holder.parent_id is not null and flow_opened_at_level(holder.parent_id)"
AFTER = "flow_part_is_own(new.id)"


def rule() -> str:
    """The function as migration 0010 left it."""
    earlier = import_module("linli.kernel.flow.migrations.0010_work_once_admitted")
    return earlier.rule().replace(earlier.BEFORE, earlier.AFTER)


class Migration(migrations.Migration):
    dependencies = [("flow", "0010_work_once_admitted"), ("org", "0003_unit_phone")]
    operations = [
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("flow", models.CharField(max_length=40)),
                ("whole", models.CharField(max_length=40)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["flow", "whole"], name="part_once")],
            },
        ),
        migrations.RunSQL(CREATE, "drop function flow_part_is_own(uuid);"),
        migrations.RunSQL(rule().replace(BEFORE, AFTER), rule()),
    ]
