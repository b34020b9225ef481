from django.db import migrations

REFUSE = """
CREATE FUNCTION okibi_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only';
END $$;
CREATE TRIGGER okibi_journal_entry_append_only BEFORE UPDATE OR DELETE ON okibi_journal_entry
    FOR EACH ROW EXECUTE FUNCTION okibi_journal_refuse();
CREATE TRIGGER okibi_journal_seal_append_only BEFORE UPDATE OR DELETE ON okibi_journal_seal
    FOR EACH ROW EXECUTE FUNCTION okibi_journal_refuse();
"""
ALLOW = """
DROP TRIGGER okibi_journal_entry_append_only ON okibi_journal_entry;
DROP TRIGGER okibi_journal_seal_append_only ON okibi_journal_seal;
DROP FUNCTION okibi_journal_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("okibi_journal", "0001_first")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
