from django.db import migrations

CREATE = """
create trigger only_grows before update or delete on registry_sitechange
for each row execute function only_grows();
"""
DROP = """
drop trigger only_grows on registry_sitechange;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_registry"), ("org", "0004_rows_that_only_grow")]
    operations = [migrations.RunSQL(CREATE, DROP)]
