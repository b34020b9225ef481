from django.db import migrations

# Every act makes its calls in its own transaction: nothing is told that did not happen, nothing that happened is missed.
TELL = """
CREATE FUNCTION okibi_webhooks_fan_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO okibi_webhooks_delivery (endpoint_id, entry_id, code, state, attempts, next_attempt_at, created_at, answer)
    SELECT endpoint.id, act.id, act.code, 'queued', 0, now(), now(), ''
    FROM okibi_webhooks_endpoint AS endpoint JOIN acts AS act
        ON cardinality(endpoint.codes) = 0 OR act.code = ANY (endpoint.codes)
    WHERE endpoint.is_active;
    IF FOUND THEN
        PERFORM pg_notify('okibi_webhooks', '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER okibi_webhooks_fan_out AFTER INSERT ON okibi_journal_entry
    REFERENCING NEW TABLE AS acts FOR EACH STATEMENT EXECUTE FUNCTION okibi_webhooks_fan_out();
"""
SILENT = """
DROP TRIGGER okibi_webhooks_fan_out ON okibi_journal_entry;
DROP FUNCTION okibi_webhooks_fan_out();
"""


class Migration(migrations.Migration):
    dependencies = [("okibi_webhooks", "0001_first"), ("okibi_journal", "0004_report_indexes")]

    operations = [migrations.RunSQL(TELL, SILENT)]
