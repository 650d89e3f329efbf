"""The first campaign, #covid, and in which note types each role records it (domain.md §7)."""

import datetime as dt

from django.db import migrations

RULES = [
    ("FM", "engagement_management"),
    ("FM", "service_intent"),
    ("FRP", "engagement_management"),
    ("FRP", "service_intent"),
    ("FE", "technical_enablement"),
    ("SME", "technical_enablement"),
    ("GMFTA", "technical_enablement"),
    ("MVM", "technical_enablement"),
    ("FTA", "enterprise_status"),
    ("GM", "engagement_management"),
]


def lay_down(apps, schema_editor):
    campaign, made = apps.get_model("notes", "Campaign").objects.get_or_create(
        slug="covid",
        defaults={
            "name": "COVID-19 response",
            "name_zh": "COVID-19 应对",
            "hashtag": "covid",
            "aliases": "covid19 COVID-19",
            "meaning": "accelerates or asks for help because of COVID-19",
            "meaning_zh": "因 COVID-19 而加速部署或申请协助",
            "starts": dt.date(2020, 3, 1),
            "pause_rule": True,
        },
    )
    rule = apps.get_model("notes", "CampaignRule")
    for role, note_type in RULES if made else ():
        rule.objects.create(campaign=campaign, role=role, note_type=note_type)


class Migration(migrations.Migration):
    dependencies = [("notes", "0001_initial")]

    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop, elidable=False)]
