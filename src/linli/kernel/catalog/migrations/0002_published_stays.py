from django.db import migrations

# What was published is what cases were worked by: it stays as it was. A number never comes to mean something else:
# a changed name must say what it was called before (attributes.renamed_from), a retired number does not return.
CREATE = """
create sequence catalog_revision_numbers;
insert into catalog_revision (id, number) values (1, nextval('catalog_revision_numbers'));
create function catalog_touch() returns trigger language plpgsql as $$
begin
  update catalog_revision set number = nextval('catalog_revision_numbers') where id = 1;
  return null;
end $$;
create trigger touch after insert or update or delete or truncate on catalog_codeset
for each statement execute function catalog_touch();
create trigger touch after insert or update or delete or truncate on catalog_version
for each statement execute function catalog_touch();
create trigger touch after insert or update or delete or truncate on catalog_item
for each statement execute function catalog_touch();
create trigger touch after insert or update or delete or truncate on catalog_correspondence
for each statement execute function catalog_touch();
create trigger touch after insert or update or delete or truncate on catalog_timelimit
for each statement execute function catalog_touch();

create function catalog_item_stays() returns trigger language plpgsql as $$
begin
  if exists (select 1 from catalog_version v where v.id in (old.version_id, new.version_id)
             and v.status in ('published', 'withdrawn')) then
    raise exception 'catalog: items of a published version are never changed';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create trigger stays before insert or update or delete on catalog_item
for each row execute function catalog_item_stays();

create function catalog_version_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'catalog: a published version is never deleted';
  end if;
  if old.status = 'withdrawn' or new.status not in ('published', 'withdrawn')
     or (new.id, new.code_set_id, new.no, new.valid_from, new.file_hash, new.origin, new.published_at,
         new.published_by_id, new.created_at, new.created_by_id)
     is distinct from
        (old.id, old.code_set_id, old.no, old.valid_from, old.file_hash, old.origin, old.published_at,
         old.published_by_id, old.created_at, old.created_by_id) then
    raise exception 'catalog: of a published version only the last day may be set';
  end if;
  return new;
end $$;
create trigger stays_update before update on catalog_version
for each row when (old.status in ('published', 'withdrawn')) execute function catalog_version_stays();
create trigger stays_delete before delete on catalog_version
for each row when (old.status in ('published', 'withdrawn')) execute function catalog_version_stays();

create function catalog_numbers_keep_their_meaning() returns trigger language plpgsql as $$
declare bad text;
begin
  select format('%s "%s" was "%s"', i.code, i.name, before.name) into bad
  from catalog_item i
  cross join lateral (
    select o.name, v.no from catalog_item o join catalog_version v on v.id = o.version_id
    where v.code_set_id = new.code_set_id and v.id <> new.id and v.status in ('published', 'withdrawn')
      and o.code = i.code
    order by v.no desc limit 1
  ) as before
  where i.version_id = new.id
    and before.name <> i.name
    and (i.attributes ->> 'renamed_from') is distinct from before.name
  order by i.code limit 1;
  if bad is not null then
    raise exception 'catalog: a number is never used again for something else: %', bad;
  end if;
  return new;
end $$;
create trigger numbers_keep_their_meaning before update of status on catalog_version
for each row when (new.status = 'published' and old.status is distinct from 'published')
execute function catalog_numbers_keep_their_meaning();

create function catalog_version_starts_unpublished() returns trigger language plpgsql as $$
begin
  raise exception 'catalog: a version is published by an update, after its items are in';
end $$;
create trigger starts_unpublished before insert on catalog_version
for each row when (new.status in ('published', 'withdrawn')) execute function catalog_version_starts_unpublished();

alter table catalog_version add constraint version_one_at_a_time exclude using gist (
  int8range(code_set_id, code_set_id, '[]') with &&, daterange(valid_from, valid_to) with &&
) where (status = 'published');

create function catalog_limit_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'catalog: a time limit is closed, never deleted';
  end if;
  if to_jsonb(new) - array['valid_to', 'verified'] <> to_jsonb(old) - array['valid_to', 'verified'] then
    raise exception 'catalog: a time limit is closed and added anew, never rewritten';
  end if;
  return new;
end $$;
create trigger stays before update or delete on catalog_timelimit
for each row execute function catalog_limit_stays();
"""
UNDO = """
drop trigger stays on catalog_timelimit; drop function catalog_limit_stays();
alter table catalog_version drop constraint version_one_at_a_time;
drop trigger starts_unpublished on catalog_version; drop function catalog_version_starts_unpublished();
drop trigger numbers_keep_their_meaning on catalog_version; drop function catalog_numbers_keep_their_meaning();
drop trigger stays_delete on catalog_version; drop trigger stays_update on catalog_version;
drop function catalog_version_stays();
drop trigger stays on catalog_item; drop function catalog_item_stays();
drop trigger touch on catalog_timelimit; drop trigger touch on catalog_correspondence;
drop trigger touch on catalog_item; drop trigger touch on catalog_version; drop trigger touch on catalog_codeset;
drop function catalog_touch(); drop sequence catalog_revision_numbers;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_lists_versions_limits")]
    operations = [migrations.RunSQL(CREATE, UNDO)]
