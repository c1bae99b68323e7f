import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_published_items_stay"),
        ("flow", "0009_downward_tasks_are_admitted"),
        ("lists", "0004_plan_of_a_year"),
    ]

    operations = [
        migrations.RemoveField(model_name="emergency", name="admission"),
        migrations.AddField(
            model_name="emergency",
            name="until",
            field=models.DateField(default="2026-01-01"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="complaint",
            name="by",
            field=models.ForeignKey(
                default=0, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="complaint",
            name="declined",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="flow.declined"
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="admission",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objections",
                to="catalog.admission",
            ),
        ),
        migrations.AlterField(
            model_name="complaint",
            name="kind",
            field=models.CharField(
                choices=[
                    ("off_list", "清单外派任务"),
                    ("forms", "重复报表、台账"),
                    ("inspection", "未经准入的检查考核"),
                    ("seal", "要求违规盖章"),
                    ("trial", "对试行事项的异议"),
                    ("other", "其他增负"),
                ],
                max_length=12,
            ),
        ),
    ]
