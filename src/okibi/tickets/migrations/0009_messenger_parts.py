from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('okibi_tickets', '0008_fewer_text_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='messenger',
            field=models.JSONField(default=dict),
        ),
    ]
