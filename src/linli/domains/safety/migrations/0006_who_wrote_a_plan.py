import django.contrib.postgres.fields
from django.db import migrations, models

# Whoever wrote any part of a version does not approve it, whatever the command was.
BY_ANOTHER = """
alter table safety_plan add constraint plan_approved_by_no_writer
check (approved_by_id is null or not approved_by_id = any (writers));
"""
DROP = "alter table safety_plan drop constraint plan_approved_by_no_writer;"


class Migration(migrations.Migration):
    dependencies = [("safety", "0005_checklists_are_known_again")]

    operations = [
        migrations.AddField(
            "plan",
            "writers",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), blank=True, default=list, size=None
            ),
        ),
        migrations.RunSQL(BY_ANOTHER, DROP),
    ]
