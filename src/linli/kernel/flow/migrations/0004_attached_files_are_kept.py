from django.db import migrations

# A file sent ahead carries a date after which it is erased, lest what is never attached stays for ever. Attaching it
# lifts that date, here and not in each command, because a forgotten call would cost evidence. The update comes first:
# it waits for an erasure under way, and the check after it then sees the outcome.
FORWARD = """
create function attachment_keeps_file() returns trigger language plpgsql as $$
begin
  update evidence_file f set retained_until = null
  from given where f.id = given.file_id and f.retained_until is not null and f.erased_at is null;
  if exists (select 1 from given join evidence_file f on f.id = given.file_id where f.erased_at is not null) then
    raise exception 'an erased file cannot be attached' using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create trigger attachment_keeps_file after insert on flow_attachment
referencing new table as given for each statement execute function attachment_keeps_file();
update evidence_file set retained_until = null
where retained_until is not null and erased_at is null and id in (select file_id from flow_attachment);
"""
BACK = "drop trigger attachment_keeps_file on flow_attachment; drop function attachment_keeps_file()"


class Migration(migrations.Migration):
    dependencies = [("flow", "0003_outbox_escalations"), ("evidence", "0001_files")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
