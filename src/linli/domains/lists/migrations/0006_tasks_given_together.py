import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_published_items_stay"),
        ("org", "0002_triggers"),
        ("lists", "0005_complaints_name_their_cause"),
    ]

    operations = [
        migrations.CreateModel(
            name="TaskBatch",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField(blank=True)),
                ("due_on", models.DateField(null=True)),
                ("units", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("refused", models.JSONField(default=list)),
                ("digest", models.BinaryField(max_length=32)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "admission",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.admission",
                    ),
                ),
                (
                    "asker",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.unit"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.workitem",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.actor"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="taskbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("item__isnull", False), ("admission__isnull", False), _connector="OR"),
                name="task_batch_of_item_or_emergency",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="lists.taskbatch",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="given_to",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["asker", "matter"], name="task_asker"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                condition=models.Q(("batch__isnull", False)), fields=("batch", "given_to"), name="task_once_a_batch"
            ),
        ),
    ]
