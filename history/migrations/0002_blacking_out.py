"""A trail's row may be blacked out, never rewritten: what `history/redaction.py` replaces with `[erased]`."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION history_blacked_out(said text, pattern text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(said, pattern, '[erased]', 'gi')
$$;

CREATE FUNCTION history_blacked_out_list(said text[], pattern text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY(
        SELECT history_blacked_out(item, pattern) FROM unnest(said) WITH ORDINALITY AS items (item, place) ORDER BY place
    )
$$;

CREATE FUNCTION history_blacked_out_json(said jsonb, pattern text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    CASE jsonb_typeof(said)
    WHEN 'string' THEN
        RETURN to_jsonb(history_blacked_out(said #>> '{}', pattern));
    WHEN 'array' THEN
        RETURN COALESCE((
            SELECT jsonb_agg(history_blacked_out_json(item, pattern) ORDER BY place)
            FROM jsonb_array_elements(said) WITH ORDINALITY AS items (item, place)
        ), said);
    WHEN 'object' THEN
        RETURN COALESCE((
            SELECT jsonb_object_agg(key, history_blacked_out_json(value, pattern)) FROM jsonb_each(said)
        ), said);
    ELSE
        RETURN said;
    END CASE;
END $$;
"""

# Whoever sets the pattern can only take out, and what is taken out shows. What grew beyond its column may end with it.
ONLY_BLACKED_OUT = """
CREATE FUNCTION history_is_blacked_out(was jsonb, became jsonb, pattern text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT became = history_blacked_out_json(was, pattern) OR (
        jsonb_typeof(was) = 'string' AND length(became #>> '{}') >= length(was #>> '{}')
        AND starts_with(history_blacked_out(was #>> '{}', pattern), became #>> '{}')
    )
$$;

CREATE OR REPLACE FUNCTION history_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pattern text := COALESCE(current_setting('sitelight.black_out', true), '');
BEGIN
    IF TG_OP = 'UPDATE' AND pattern <> '' AND NOT EXISTS (
        SELECT FROM jsonb_each(to_jsonb(OLD)) AS was JOIN jsonb_each(to_jsonb(NEW)) AS became USING (key)
        WHERE became.value IS DISTINCT FROM was.value
            AND history_is_blacked_out(was.value, became.value, pattern) IS NOT TRUE
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The trail is append-only: % of % refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""

APPEND_ONLY = """
DROP FUNCTION history_is_blacked_out(jsonb, jsonb, text);
CREATE OR REPLACE FUNCTION history_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail is append-only: % of % refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""

NO_FUNCTIONS = """
DROP FUNCTION history_blacked_out_json(jsonb, text), history_blacked_out_list(text[], text),
    history_blacked_out(text, text)
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(ONLY_BLACKED_OUT, APPEND_ONLY),
    ]
