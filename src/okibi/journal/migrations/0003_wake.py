from django.db import migrations

WAKE = """
CREATE FUNCTION okibi_journal_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('okibi_events', '');
    RETURN NULL;
END $$;
CREATE TRIGGER okibi_journal_entry_wake AFTER INSERT ON okibi_journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION okibi_journal_wake();
"""
SLEEP = """
DROP TRIGGER okibi_journal_entry_wake ON okibi_journal_entry;
DROP FUNCTION okibi_journal_wake();
"""


class Migration(migrations.Migration):
    dependencies = [("okibi_journal", "0002_append_only")]

    operations = [migrations.RunSQL(WAKE, SLEEP)]
