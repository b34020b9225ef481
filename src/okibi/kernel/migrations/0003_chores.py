"""Long work in steps, with its progress."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("okibi_kernel", "0002_answers_and_counts")]
    operations = [
        migrations.CreateModel(
            name="Chore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("by", models.JSONField(default=dict)),
                ("about", models.JSONField(default=dict)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("cursor", models.BigIntegerField(default=0)),
                ("problem", models.JSONField(null=True)),
                ("began_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["kind", "-id"], name="chore_kind")]},
        ),
    ]
