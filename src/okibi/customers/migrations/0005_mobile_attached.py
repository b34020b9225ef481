"""An address may have the file of a mobile version go with its letter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("okibi_customers", "0004_messengers"),
    ]

    operations = [
        migrations.AddField(
            model_name="emailaddress",
            name="mobile_attached",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
