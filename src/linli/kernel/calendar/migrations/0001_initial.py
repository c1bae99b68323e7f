from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Day",
            fields=[
                ("on", models.DateField(primary_key=True, serialize=False)),
                ("is_working", models.BooleanField()),
                ("name", models.CharField(blank=True, default="", max_length=40)),
                ("year_announced", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="Hours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts", models.TimeField()),
                ("ends", models.TimeField()),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": (
                    models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="hours_start_before_they_end"),
                    models.CheckConstraint(
                        condition=Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")),
                        name="hours_valid_for_a_while",
                    ),
                    models.UniqueConstraint(fields=("starts", "valid_from"), name="hours_once"),
                ),
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
            ],
        ),
    ]
