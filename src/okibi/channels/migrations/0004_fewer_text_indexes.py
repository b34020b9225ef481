import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('okibi_channels', '0003_inbound_in_hand'),
        ('okibi_kernel', '0004_signs_of_life'),
    ]

    operations = [
        migrations.AlterField(
            model_name='inbound',
            name='raw',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='okibi_kernel.blob'),
        ),
        migrations.AlterField(
            model_name='outbound',
            name='key',
            field=models.CharField(max_length=120),
        ),
        migrations.AddIndex(
            model_name='inbound',
            index=models.Index(fields=['raw'], name='inbound_raw'),
        ),
        migrations.AddIndex(
            model_name='outbound',
            index=models.Index(condition=models.Q(('state__in', ['failed', 'uncertain'])), fields=['-id'], name='outbound_troubled'),
        ),
        migrations.AddConstraint(
            model_name='outbound',
            constraint=models.UniqueConstraint(fields=('key',), name='outbound_once'),
        ),
    ]
