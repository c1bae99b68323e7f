from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("safety", "0006_who_wrote_a_plan")]

    operations = [
        migrations.AlterField("hazard", "notice_number", models.CharField(blank=True, max_length=80)),
        migrations.AddField(
            "hazard", "notice_series", models.CharField(blank=True, default="", max_length=70), preserve_default=False
        ),
        migrations.AddField("hazard", "notice_serial", models.PositiveIntegerField(null=True)),
        migrations.AddConstraint(
            "hazard",
            models.UniqueConstraint(
                condition=models.Q(("notice_serial", None), _negated=True),
                fields=("notice_series", "notice_serial"),
                name="hazard_notice_in_series",
            ),
        ),
    ]
