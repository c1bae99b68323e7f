from django.db import migrations

CREATE = """
create trigger only_grows before update or delete on duties_move
for each row execute function only_grows();
"""
DROP = """
drop trigger only_grows on duties_move;
"""


class Migration(migrations.Migration):
    dependencies = [("duties", "0001_duties"), ("org", "0004_rows_that_only_grow")]
    operations = [migrations.RunSQL(CREATE, DROP)]
