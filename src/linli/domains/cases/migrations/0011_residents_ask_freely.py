from django.db import migrations

# Codes of the source list by which residents, their families and those who speak for them come; whatever comes so is
# taken by a committee without an item of its list. Staff's own findings, orders from above and imports are not among
# them.
CREATE = """
insert into cases_residentsource (code)
values ('03'), ('04'), ('07'), ('13'), ('16'), ('17'), ('18'), ('19'), ('20'), ('21');

create function cases_is_residents(matter uuid) returns boolean language sql stable as $$
  select exists (
    select 1 from flow_matter m
    join cases_case c on c.matter_id in (m.id, m.parent_id)
    join cases_residentsource s on s.code = c.source
    where m.id = matter)
$$;
insert into flow_exemption (flow, test)
select flow, 'cases_is_residents(uuid)'
from unnest(array['case', 'co_handling', 'invitation', 'ask', 'instruction', 'liaison_call', 'major']) flow;
"""
UNDO = """
delete from flow_exemption where test = 'cases_is_residents(uuid)';
drop function cases_is_residents(uuid);
delete from cases_residentsource;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_resident_sources"), ("flow", "0009_downward_tasks_are_admitted")]
    operations = [migrations.RunSQL(CREATE, UNDO)]
