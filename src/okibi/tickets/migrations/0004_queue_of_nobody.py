from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("okibi_tickets", "0003_requesters_side"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("assignee__isnull", True), ("state__in", ["new", "open"])),
                fields=["sort_at", "id"],
                name="ticket_nobody",
            ),
        ),
    ]
