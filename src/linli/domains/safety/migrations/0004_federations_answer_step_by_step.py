import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

GROWS = """
create trigger only_grows before update or delete on safety_answerstep
for each row execute function only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0004_rows_that_only_grow"),
        ("safety", "0003_patrols_are_listed_and_cover"),
    ]

    operations = [
        migrations.AddField("contactlog", "is_late", models.BooleanField(default=False)),
        migrations.AddField("contactlog", "side", models.CharField(default="grid", max_length=10)),
        migrations.AddField("noticeanswer", "phoned_at", models.DateTimeField(null=True)),
        migrations.AddField("noticeanswer", "reopened", models.PositiveSmallIntegerField(default=0)),
        migrations.CreateModel(
            name="AnswerStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("told", "通知"),
                            ("phoned", "电话通知"),
                            ("read", "阅知"),
                            ("promised", "承诺措施"),
                            ("done", "完成升级"),
                            ("confirmed", "核实"),
                            ("sent_back", "退回"),
                            ("reopened", "复发重启"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=400)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.actor",
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="safety.noticeanswer"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(GROWS, "drop trigger only_grows on safety_answerstep;"),
    ]
