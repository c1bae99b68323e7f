from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lists", "0007_seals_stamp_in_order")]
    operations = [
        migrations.AddField("standing", name, models.PositiveIntegerField(default=0))
        for name in ("outer_open", "outer_overdue", "outer_done")
    ]
