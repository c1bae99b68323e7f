from django.db import migrations

# What proceeds beside a case that a committee reported needs no item of its list where it comes back to it.
CREATE = """
insert into flow_part (flow, whole)
select flow, 'case'
from unnest(array['co_handling', 'invitation', 'ask', 'instruction', 'liaison_call', 'major']) flow;
"""
UNDO = "delete from flow_part where whole = 'case';"


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_residents_ask_freely"), ("flow", "0011_parts_of_what_the_bearer_opened")]
    operations = [migrations.RunSQL(CREATE, UNDO)]
