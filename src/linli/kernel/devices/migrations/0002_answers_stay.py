from django.db import migrations

CREATE = """
create trigger only_grows before update or delete on devices_sent
for each row execute function only_grows();
"""
DROP = """
drop trigger only_grows on devices_sent;
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0001_devices"), ("org", "0004_rows_that_only_grow")]
    operations = [migrations.RunSQL(CREATE, DROP)]
