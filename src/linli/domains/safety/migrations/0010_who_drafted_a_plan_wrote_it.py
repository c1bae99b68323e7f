from django.db import migrations

# Plans drafted before writers were kept (0006) know at least who drafted them.
FILL = "update safety_plan set writers = array[drafted_by_id] where writers = '{}';"


class Migration(migrations.Migration):
    dependencies = [("safety", "0009_a_federation_can_be_dissolved")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
