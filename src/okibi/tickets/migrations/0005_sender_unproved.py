"""The list says when nothing proves who wrote the last unread message."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("okibi_tickets", "0004_queue_of_nobody")]
    operations = [
        migrations.AddField("ticket", "sender_unproved", models.BooleanField(default=False)),
    ]
