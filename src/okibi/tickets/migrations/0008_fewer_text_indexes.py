import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('okibi_customers', '0003_organisation_admin'),
        ('okibi_environments', '0003_fewer_text_indexes'),
        ('okibi_kernel', '0004_signs_of_life'),
        ('okibi_schemes', '0001_first'),
        ('okibi_tickets', '0007_fewer_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='attachment',
            name='blob',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='okibi_kernel.blob'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='number',
            field=models.CharField(max_length=12),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='token',
            field=models.CharField(max_length=24),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(fields=['blob'], name='attachment_blob'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(fields=('number',), name='ticket_number_once'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(fields=('token',), name='ticket_token_once'),
        ),
    ]
