"""The functions that the triggers of tracked tables call; triggers and indexes of the contexts of events."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION history_require_author() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said text := current_setting('pghistory.context_metadata', true);
BEGIN
    IF COALESCE(current_setting('pghistory.context_id', true), '') = ''
       OR COALESCE(NULLIF(said, '')::jsonb ->> 'actor', '') = '' THEN
        RAISE EXCEPTION 'No author: use history.authored(...). % of % refused.', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

-- Once for each transaction that changes something; a rollback to a savepoint takes both back together.
CREATE FUNCTION history_keep_context() RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    context_id text := current_setting('pghistory.context_id');
BEGIN
    IF current_setting('sitelight.kept_context', true) IS DISTINCT FROM context_id THEN
        INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
            VALUES (context_id::uuid, current_setting('pghistory.context_metadata')::jsonb, now(), now())
            ON CONFLICT (id) DO NOTHING;
        PERFORM set_config('sitelight.kept_context', context_id, true);
    END IF;
    RETURN context_id::uuid;
END $$;

CREATE FUNCTION history_bump_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION history_refuse_new_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The key of a row in % never changes: its trail would be lost.', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- sitelight.may_truncate is for the databases of tests, which are emptied between them.
CREATE FUNCTION history_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF COALESCE(current_setting('sitelight.may_truncate', true), '') <> 'on' THEN
        RAISE EXCEPTION 'TRUNCATE leaves no trail: use DELETE for %.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
"""

NO_FUNCTIONS = """
DROP FUNCTION history_require_author(), history_keep_context(), history_bump_version(), history_refuse_new_key(),
    history_refuse_truncate()
"""

# A row of the history may be redacted, never rewritten: whoever sets the pattern can only replace text by `[erased]`.
# What grew beyond its column's length may end with it.
REDACTION = """
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

CREATE FUNCTION history_is_blacked_out(was jsonb, became jsonb, pattern text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT became = history_blacked_out_json(was, pattern) OR (
        jsonb_typeof(was) = 'string' AND length(became #>> '{}') >= length(was #>> '{}')
        AND starts_with(history_blacked_out(was #>> '{}', pattern), became #>> '{}')
    )
$$;

CREATE FUNCTION history_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
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

NO_REDACTION = """
DROP FUNCTION history_refuse_change(), history_is_blacked_out(jsonb, jsonb, text),
    history_blacked_out_json(jsonb, text), history_blacked_out_list(text[], text), history_blacked_out(text, text)
"""

INDEXES = """
CREATE INDEX history_context_actor ON pghistory_context ((metadata ->> 'actor'), created_at);
CREATE INDEX history_context_request ON pghistory_context ((metadata ->> 'request_id'))
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("pghistory", "0007_auto_20250421_0444")]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(REDACTION, NO_REDACTION),
        migrations.RunSQL(INDEXES, "DROP INDEX history_context_actor, history_context_request"),
        migrations.CreateModel(
            name='Context',
            fields=[],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('pghistory.context',),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='context',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_change()', func='RETURN NULL;', hash='79b43690d55259a8c3719756b6091349b3a86b08', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4f693', table='pghistory_context', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='context',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(execute='history_refuse_truncate()', func='RETURN NULL;', hash='994964fcd7f3d2b4d4b54e6baac3cd76380f1774', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_afe0a', table='pghistory_context', when='BEFORE')),
        ),
    ]
