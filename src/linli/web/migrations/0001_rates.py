"""Counters of public use. Unlogged: they may be lost in a crash, and must cost next to nothing."""

from django.db import migrations

FORWARD = """
create unlogged table web_rate (
  key bytea primary key,
  used integer not null,
  until timestamptz not null
);
create index web_rate_until on web_rate (until);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FORWARD, "drop table web_rate")]
