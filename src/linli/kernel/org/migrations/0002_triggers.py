"""What the database itself keeps true: paths, posts that exclude each other, logs that only grow, revisions."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

PATHS = """
CREATE FUNCTION org_unit_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.path := COALESCE((SELECT path FROM org_unit WHERE id = NEW.parent_id), '') || NEW.id || '.';
    IF TG_OP = 'UPDATE' AND NEW.path LIKE OLD.path || '%.' AND NEW.path <> OLD.path THEN
        RAISE EXCEPTION 'unit % cannot be placed below itself', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.parent_id IS NOT NULL AND NEW.path = NEW.id || '.' THEN
        RAISE EXCEPTION 'parent % of unit % is missing', NEW.parent_id, NEW.id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION org_unit_subtree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE org_unit SET path = '' WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER org_unit_path BEFORE INSERT OR UPDATE OF id, parent_id, path ON org_unit
    FOR EACH ROW EXECUTE FUNCTION org_unit_path();
CREATE TRIGGER org_unit_subtree AFTER UPDATE ON org_unit
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION org_unit_subtree();
"""
NO_PATHS = """
DROP TRIGGER org_unit_subtree ON org_unit; DROP TRIGGER org_unit_path ON org_unit;
DROP FUNCTION org_unit_subtree(); DROP FUNCTION org_unit_path();
"""

# 三员分立: one person never holds two of the three administrator roles at one time; and no post twice at one time.
APART = """
ALTER TABLE org_post ADD CONSTRAINT post_administrators_apart EXCLUDE USING gist (
    actor_id WITH =, role WITH <>, daterange(since, until) WITH &&
) WHERE (role IN ('system_admin', 'security_admin', 'audit_admin'));
ALTER TABLE org_post ADD CONSTRAINT post_once EXCLUDE USING gist (
    actor_id WITH =, unit_id WITH =, over_id WITH =, role WITH =, daterange(since, until) WITH &&
);
ALTER TABLE org_unitlink ADD CONSTRAINT unitlink_once EXCLUDE USING gist (
    unit_id WITH =, other_id WITH =, kind WITH =, daterange(valid_from, valid_to) WITH &&
);
"""
NOT_APART = """
ALTER TABLE org_post DROP CONSTRAINT post_administrators_apart;
ALTER TABLE org_post DROP CONSTRAINT post_once;
ALTER TABLE org_unitlink DROP CONSTRAINT unitlink_once;
"""

GROWING = ("org_change", "org_reading", "org_areaversion")
GROW = """
CREATE FUNCTION org_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION org_only_grows();\n"
    for table in GROWING
)
NOT_GROW = "".join(f"DROP TRIGGER only_grows ON {table};\n" for table in GROWING) + "DROP FUNCTION org_only_grows();"

# The number comes from a sequence, which no rollback winds back: one number never stands for two states.
WATCHED = {"org_unit": "unit", "org_unitlink": "unit", "org_area": "area", "org_post": "post"}
REVISIONS = """
CREATE SEQUENCE org_revision_no;
INSERT INTO org_revision (topic, no) VALUES
    ('unit', nextval('org_revision_no')), ('area', nextval('org_revision_no')), ('post', nextval('org_revision_no'));
CREATE FUNCTION org_revised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO org_revision (topic, no) VALUES (TG_ARGV[0], nextval('org_revision_no'))
        ON CONFLICT (topic) DO UPDATE SET no = EXCLUDED.no;
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER revised AFTER INSERT OR UPDATE OR DELETE ON {table}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION org_revised('{topic}');\n"
    for table, topic in WATCHED.items()
)
NO_REVISIONS = (
    "".join(f"DROP TRIGGER revised ON {table};\n" for table in WATCHED)
    + "DROP FUNCTION org_revised(); DELETE FROM org_revision; DROP SEQUENCE org_revision_no;"
)


class Migration(migrations.Migration):
    dependencies = [("org", "0001_units_areas_people")]

    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(PATHS, NO_PATHS),
        migrations.RunSQL(APART, NOT_APART),
        migrations.RunSQL(GROW, NOT_GROW),
        migrations.RunSQL(REVISIONS, NO_REVISIONS),
    ]
