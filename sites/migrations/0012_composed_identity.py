from django.db import migrations

# As before, and letters composed (NFC): "e" with a combining accent is "é". Immutable, for the generated column.
FACILITY_IDENTITY = r"""
CREATE OR REPLACE FUNCTION facility_identity(
    name text, city text, state text, zip text, country text, is_masked boolean
) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN is_masked OR btrim(name) = '' THEN NULL ELSE md5(lower(regexp_replace(normalize(
        btrim(name) || chr(31) || btrim(city) || chr(31) || btrim(state) || chr(31) || btrim(zip) || chr(31)
        || btrim(country), NFC), '[ \t\n\r]+', ' ', 'g')))::uuid END
$$
"""
FORMER_IDENTITY = r"""
CREATE OR REPLACE FUNCTION facility_identity(
    name text, city text, state text, zip text, country text, is_masked boolean
) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN is_masked OR btrim(name) = '' THEN NULL ELSE md5(lower(regexp_replace(
        btrim(name) || chr(31) || btrim(city) || chr(31) || btrim(state) || chr(31) || btrim(zip) || chr(31)
        || btrim(country), '[ \t\n\r]+', ' ', 'g')))::uuid END
$$
"""
# A generated column is made anew where one of its columns is written. A facility that turns out to be there already
# keeps its former identity, which no place has any more: its sites stay, new ones join the other.
RECOMPUTE = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM sites_facility WHERE name || city || state <> normalize(name || city || state, NFC)) THEN
        ALTER TABLE sites_facility DISABLE TRIGGER USER;
        UPDATE sites_facility AS changed SET name = name
        WHERE identity IS DISTINCT FROM facility_identity(name, city, state, zip, country, is_masked)
        AND NOT EXISTS (
            SELECT FROM sites_facility AS other WHERE other.id <> changed.id AND (
                other.identity
                    = facility_identity(changed.name, changed.city, changed.state, changed.zip, changed.country, false)
                OR other.id < changed.id AND facility_identity(
                    other.name, other.city, other.state, other.zip, other.country, other.is_masked)
                    = facility_identity(changed.name, changed.city, changed.state, changed.zip, changed.country, false)
            )
        );
        ALTER TABLE sites_facility ENABLE TRIGGER USER;
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("sites", "0011_plain_text")]

    operations = [
        migrations.RunSQL(FACILITY_IDENTITY, FORMER_IDENTITY),
        migrations.RunSQL(RECOMPUTE, migrations.RunSQL.noop),
    ]
