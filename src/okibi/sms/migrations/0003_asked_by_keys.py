import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("okibi_sms", "0002_campaigns_and_troubles")]

    operations = [
        migrations.CreateModel(
            name="KeySms",
            fields=[
                (
                    "sms",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="asked",
                        serialize=False,
                        to="okibi_sms.sms",
                    ),
                ),
                ("owner", models.CharField(max_length=12)),
                ("reference", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "verbose_name_plural": "key sms",
                "indexes": [models.Index(fields=["owner", "-sms"], name="sms_of_key")],
            },
        ),
        migrations.CreateModel(
            name="KeyUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=12)),
                ("day", models.DateField()),
                ("segments", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("owner", "day"), name="sms_key_use_once")],
            },
        ),
        migrations.AddIndex(
            model_name="sms",
            index=models.Index(
                condition=Q(("source", "api"), ~Q(state__in=["queued", "sending"]), ~Q(told=F("state"))),
                fields=["id"],
                name="sms_key_untold",
            ),
        ),
    ]
