from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("okibi_channels", "0006_unplaced_echoes"),
    ]

    operations = [
        migrations.CreateModel(
            name="VendorTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=16)),
                ("owner", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=512)),
                ("language", models.CharField(max_length=16)),
                ("category", models.CharField(max_length=32)),
                ("status", models.CharField(max_length=32)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("components", models.JSONField(default=list)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel", "owner", "name", "language"), name="vendor_template_once"
                    )
                ],
            },
        ),
    ]
