from django.db import migrations

# A sequence never goes back, not even when a transaction does: no two contents ever carry the same number.
CREATE = """
create sequence calendar_revision_numbers;
insert into calendar_revision (id, number) values (1, nextval('calendar_revision_numbers'));
create function calendar_touch() returns trigger language plpgsql as $$
begin
  update calendar_revision set number = nextval('calendar_revision_numbers') where id = 1;
  return null;
end $$;
create trigger touch after insert or update or delete or truncate on calendar_day
for each statement execute function calendar_touch();
create trigger touch after insert or update or delete or truncate on calendar_hours
for each statement execute function calendar_touch();
"""
UNDO = """
drop trigger touch on calendar_hours; drop trigger touch on calendar_day;
drop function calendar_touch(); drop sequence calendar_revision_numbers;
"""


class Migration(migrations.Migration):
    dependencies = [("calendar", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, UNDO)]
