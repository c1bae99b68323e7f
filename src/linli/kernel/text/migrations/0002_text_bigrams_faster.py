import importlib

from django.db import migrations

# The same cut in half the time: runs of Chinese characters are found first, so that no pair is tested by itself.
# substr() counts characters from the start of the run each time: quickest for the short texts people write, but
# quadratic, so a long text is taken apart into an array of characters once.
REPLACE = r"""
create or replace function text_bigrams(source text) returns text[]
language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
declare
  plain text := lower(normalize(source, nfkc) collate "pg_c_utf8");
  han constant text :=
    '[\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003134f]{2,}';
  letters constant text :=
    '[0-9a-z\u00df-\u00f6\u00f8-\u024f\u0370-\u0373\u0376-\u0377\u037b-\u037d\u03ac-\u03ce\u0430-\u045f]+';
begin
  if length(plain) <= 200 then
    return array(
      select distinct gram collate "C" as gram from (
        select substr(run[1], place, 2) as gram
        from regexp_matches(plain, han, 'g') as run, generate_series(1, length(run[1]) - 1) as place
        union all
        select left(word[1], 40) from regexp_matches(plain, letters, 'g') as word
      ) as cut
      order by gram
    );
  end if;
  return array(
    select distinct gram collate "C" as gram from (
      select one || two as gram
      from regexp_matches(plain, han, 'g') as run, string_to_array(run[1], null) as chars,
           unnest(chars[:cardinality(chars) - 1], chars[2:]) as pair(one, two)
      union all
      select left(word[1], 40) from regexp_matches(plain, letters, 'g') as word
    ) as cut
    order by gram
  );
end $$
"""
BEFORE = importlib.import_module("linli.kernel.text.migrations.0001_text_bigrams").CREATE


class Migration(migrations.Migration):
    dependencies = [("text", "0001_text_bigrams")]
    operations = [migrations.RunSQL(REPLACE, BEFORE.replace("create function", "create or replace function"))]
