from django.db import migrations

CREATE = """
create function only_grows() returns trigger language plpgsql as $$
begin
  raise exception '%: rows are only ever added', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("org", "0003_unit_phone")]
    operations = [migrations.RunSQL(CREATE, "drop function only_grows();")]
