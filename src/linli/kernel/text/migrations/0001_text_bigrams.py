from django.db import migrations

# The same cut as linli.kernel.text.grams: Chinese pairs, Latin and digit words of at most 40 characters, each once,
# in code point order. pg_c_utf8 is PostgreSQL's own collation: the same result whatever the locale of the database.
CREATE = r"""
create function text_bigrams(source text) returns text[]
language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
declare
  plain text := lower(normalize(source, nfkc) collate "pg_c_utf8");
  han constant text := '[\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003134f]';
  letters constant text :=
    '[0-9a-z\u00df-\u00f6\u00f8-\u024f\u0370-\u0373\u0376-\u0377\u037b-\u037d\u03ac-\u03ce\u0430-\u045f]';
begin
  return array(
    select distinct gram collate "C" as gram from (
      select one || lead(one) over (order by place) as gram
      from unnest(string_to_array(plain, null)) with ordinality as split(one, place)
    ) as pairs where gram ~ ('^' || han || '{2}$')
    union
    select left(word[1], 40) collate "C" from regexp_matches(plain, letters || '+', 'g') as word
    order by gram
  );
end $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(CREATE, "drop function text_bigrams(text)")]
