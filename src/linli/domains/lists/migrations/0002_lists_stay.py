from django.db import migrations

CREATE = r"""
create function lists_standing_grams() returns trigger language plpgsql as $$
begin
  new.grams := text_bigrams(new.text);
  return new;
end $$;
create trigger grams before insert or update of text on lists_standing
for each row execute function lists_standing_grams();

create function lists_only_grows() returns trigger language plpgsql as $$
begin
  raise exception 'lists: rows of % are only ever added', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger only_grows before update or delete on lists_move for each row execute function lists_only_grows();
create trigger only_grows before update or delete on lists_monitoring for each row execute function lists_only_grows();
create trigger only_grows before update or delete on lists_sealevent for each row execute function lists_only_grows();
create trigger only_grows before update or delete on lists_yearresult for each row execute function lists_only_grows();

create function lists_stamped_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'lists: the register of stamps is never cut' using errcode = 'integrity_constraint_violation';
  end if;
  if (new.seal_id, new.item_id, new.decision, new.paper, new.copies, new.pages, new.year, new.log_no, new.stamped_at,
      new.stamped_by_id) is distinct from
     (old.seal_id, old.item_id, old.decision, old.paper, old.copies, old.pages, old.year, old.log_no, old.stamped_at,
      old.stamped_by_id) then
    raise exception 'lists: what was stamped stays on record' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger stays before update on lists_sealuse for each row when (old.stamped_at is not null)
execute function lists_stamped_stays();
create trigger never_cut before delete on lists_sealuse for each row execute function lists_stamped_stays();

-- A street does not attract investment (003-03): what a kind of unit may not be given does not come into force for it.
create function lists_prohibited(duty text, bearer bigint) returns boolean language sql stable as $$
  select exists (
    select 1 from lists_prohibition p join org_unit u on u.id = bearer left join org_unit a on a.id = p.area_id
    where p.duty_class = duty and p.unit_kind = u.kind and (a.id is null or starts_with(u.path, a.path))
      and p.valid_from <= (clock_timestamp() at time zone 'Asia/Shanghai')::date
      and (p.valid_to is null or p.valid_to > (clock_timestamp() at time zone 'Asia/Shanghai')::date))
$$;

-- To be asked for an opinion on an application is no task: it is how a committee is heard before one is admitted.
create function lists_is_opinion(matter uuid) returns boolean language sql stable as $$
  select exists (select 1 from flow_matter m where m.id = matter and m.flow = 'admission_opinion'
                 and exists (select 1 from flow_matter p where p.id = m.parent_id and p.flow = 'admission_review'))
$$;
insert into flow_exemption (flow, test) values ('admission_opinion', 'lists_is_opinion(uuid)');
"""
UNDO = """
delete from flow_exemption where flow = 'admission_opinion';
drop function lists_is_opinion(uuid); drop function lists_prohibited(text, bigint);
drop trigger never_cut on lists_sealuse; drop trigger stays on lists_sealuse; drop function lists_stamped_stays();
drop trigger only_grows on lists_yearresult; drop trigger only_grows on lists_sealevent;
drop trigger only_grows on lists_monitoring; drop trigger only_grows on lists_move; drop function lists_only_grows();
drop trigger grams on lists_standing; drop function lists_standing_grams();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0001_lists"),
        ("flow", "0009_downward_tasks_are_admitted"),
        ("text", "0002_text_bigrams_faster"),
    ]
    operations = [migrations.RunSQL(CREATE, UNDO)]
