import hashlib

import django.db.models.deletion
from django.db import migrations, models


def take_over(apps, schema_editor):
    """What stood on the calls themselves stands in a row of its own."""
    calls = apps.get_model('okibi_calls', 'Call').objects.exclude(recording=None, recording_url='')
    recordings = apps.get_model('okibi_calls', 'Recording').objects
    recordings.bulk_create(
        recordings.model(
            call_id=call.pk,
            key=hashlib.sha256(call.recording_url.encode()).hexdigest() if call.recording_url else 'ours',
            where=call.recording_url,
            state='kept' if call.recording_id else 'waiting',
            blob_id=call.recording_id,
            seconds=call.recording_seconds,
            created_at=call.ended_at or call.started_at,
        )
        for call in calls.iterator()
    )


class Migration(migrations.Migration):

    dependencies = [
        ('okibi_calls', '0001_first'),
        ('okibi_kernel', '0004_signs_of_life'),
    ]

    operations = [
        migrations.CreateModel(
            name='Recording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('where', models.CharField(blank=True, max_length=2000)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('kept', 'Kept'), ('lost', 'Lost')], default='waiting', max_length=8)),
                ('seconds', models.PositiveIntegerField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(null=True)),
                ('error', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('blob', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='okibi_kernel.blob')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recordings', to='okibi_calls.call')),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('state', 'waiting')), fields=['next_attempt_at', 'id'], name='recording_due'),
                    models.Index(condition=models.Q(('blob__isnull', False)), fields=['blob'], name='recording_blob'),
                    models.Index(fields=['created_at'], name='recording_lately'),
                ],
                'constraints': [models.UniqueConstraint(fields=('call', 'key'), name='recording_once')],
            },
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
