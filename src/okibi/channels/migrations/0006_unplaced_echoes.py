from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('okibi_channels', '0005_messengers'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='unplaced',
            field=models.JSONField(default=list),
        ),
    ]
