import django.db.models.deletion
from django.db import migrations, models

ONLY_GROWS = """
create trigger only_grows before update or delete on lists_modulechange
for each row execute function lists_only_grows();
"""


def _key(to: str, *, null: bool = False, name: str = "+", index: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        null=null, on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to, db_index=index
    )


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_published_items_stay"),
        ("org", "0003_unit_phone"),
        ("lists", "0009_submitted_lines_are_approved"),
    ]

    operations = [
        migrations.CreateModel(
            name="ModuleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("actor", _key("org.actor", index=False)),
                ("item", _key("catalog.workitem", name="module_changes")),
                ("source", _key("lists.module", null=True)),
                ("target", _key("lists.module", null=True)),
            ],
        ),
        migrations.RunSQL(ONLY_GROWS, "drop trigger only_grows on lists_modulechange"),
    ]
