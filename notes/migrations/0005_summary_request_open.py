from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_handover"),
        ("notes", "0004_drafts_and_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="summaryrequest",
            index=models.Index(
                condition=models.Q(("note", None), ("taken_back_at", None)),
                fields=["due_date", "id"],
                name="summaryrequest_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="summaryrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", None), ("taken_back_at", None), _connector="OR"),
                name="summaryrequest_one_end",
            ),
        ),
    ]
