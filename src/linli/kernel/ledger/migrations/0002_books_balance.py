"""What the database itself keeps true of money: bookings balance and only grow, and balances follow them."""

from django.db import migrations

FORWARD = r"""
create function ledger_only_grows() returns trigger language plpgsql as $$
begin
  raise exception '% only grows', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger only_grows before update or delete on ledger_booking
for each row execute function ledger_only_grows();
create trigger never_emptied before truncate on ledger_booking
for each statement execute function ledger_only_grows();
create trigger only_grows before update or delete on ledger_line
for each row execute function ledger_only_grows();
create trigger never_emptied before truncate on ledger_line
for each statement execute function ledger_only_grows();

create function ledger_booking_timed() returns trigger language plpgsql as $$
begin
  new.recorded_at := clock_timestamp();
  return new;
end $$;
create trigger timed before insert on ledger_booking for each row execute function ledger_booking_timed();

-- At the end of the transaction, since a booking comes before its lines. The count is said by the booking itself,
-- which never changes: so nobody can add two lines that balance each other to a booking of long ago.
create function ledger_check_booking(wanted uuid) returns void language plpgsql as $$
declare
  said ledger_booking;
  lines bigint;
  total numeric;
begin
  select * into said from ledger_booking where id = wanted;
  select count(*), coalesce(sum(amount_fen), 0) into lines, total from ledger_line where booking_id = wanted;
  if total <> 0 or lines <> said.line_count then
    raise exception 'booking %: % lines of % that sum to %', wanted, lines, said.line_count, total
    using errcode = 'integrity_constraint_violation';
  end if;
  if said.reverses_id is not null and (
    exists (select 1 from ledger_booking where id = said.reverses_id and kind = 'reverse')
    or exists (select 1 from ledger_line where booking_id in (wanted, said.reverses_id)
               group by account_id having sum(amount_fen) <> 0)
  ) then
    raise exception 'booking % is not the mirror of what it reverses', wanted
    using errcode = 'integrity_constraint_violation';
  end if;
end $$;
create function ledger_booking_whole() returns trigger language plpgsql as $$
begin
  perform ledger_check_booking(new.id);
  return null;
end $$;
create function ledger_line_whole() returns trigger language plpgsql as $$
begin
  perform ledger_check_booking(new.booking_id);
  return null;
end $$;
create constraint trigger whole after insert on ledger_booking deferrable initially deferred
for each row execute function ledger_booking_whole();
create constraint trigger whole after insert on ledger_line deferrable initially deferred
for each row execute function ledger_line_whole();

-- Closing and booking wait for each other at the account's row; whoever comes second sees what the first did.
create function ledger_balance_follows() returns trigger language plpgsql as $$
begin
  update ledger_account set balance_fen = balance_fen + new.amount_fen where id = new.account_id and closed_at is null;
  if not found then
    raise exception 'account % is closed or missing', new.account_id using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create trigger balance_follows after insert on ledger_line for each row execute function ledger_balance_follows();

create function ledger_account_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.balance_fen <> 0 then
      raise exception 'an account begins empty' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end if;
  -- At depth one somebody writes the balance directly; at two it is the trigger above.
  if new.balance_fen <> old.balance_fen and pg_trigger_depth() < 2 then
    raise exception 'a balance changes only by lines' using errcode = 'integrity_constraint_violation';
  end if;
  if (new.id, new.kind, new.unit_id, new.purpose, new.year) is distinct from
     (old.id, old.kind, old.unit_id, old.purpose, old.year)
     and exists (select 1 from ledger_line where account_id = old.id) then
    raise exception 'account % has lines and stays what it is', old.code
    using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger kept before insert or update on ledger_account for each row execute function ledger_account_kept();
"""

BACKWARD = """
drop trigger kept on ledger_account; drop function ledger_account_kept();
drop trigger balance_follows on ledger_line; drop function ledger_balance_follows();
drop trigger whole on ledger_line; drop function ledger_line_whole();
drop trigger whole on ledger_booking; drop function ledger_booking_whole(); drop function ledger_check_booking(uuid);
drop trigger timed on ledger_booking; drop function ledger_booking_timed();
drop trigger never_emptied on ledger_line; drop trigger only_grows on ledger_line;
drop trigger never_emptied on ledger_booking; drop trigger only_grows on ledger_booking;
drop function ledger_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_accounts")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
