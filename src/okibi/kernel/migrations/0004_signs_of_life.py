"""Signs of life; and no index for LIKE on the key of blobs: nobody looks for the beginning of a hash."""

from django.db import migrations, models


DROP_LIKE = """
    DO $$ DECLARE found record; BEGIN
        FOR found IN
            SELECT i.indexrelid::regclass AS name FROM pg_index i JOIN pg_opclass o ON o.oid = i.indclass[0]
            WHERE i.indrelid = 'okibi_kernel_blob'::regclass AND o.opcname = 'varchar_pattern_ops'
        LOOP EXECUTE format('DROP INDEX %s', found.name); END LOOP;
    END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('okibi_kernel', '0003_chores'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignOfLife',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('well_at', models.DateTimeField(null=True)),
                ('problem', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name',), name='sign_once')],
            },
        ),
        migrations.RunSQL(DROP_LIKE, migrations.RunSQL.noop),
    ]
