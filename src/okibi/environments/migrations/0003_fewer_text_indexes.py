from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('okibi_customers', '0003_organisation_admin'),
        ('okibi_environments', '0002_device_user_name'),
    ]

    operations = [
        migrations.AlterField(
            model_name='device',
            name='public_id',
            field=models.CharField(max_length=12),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(fields=('public_id',), name='device_once'),
        ),
    ]
