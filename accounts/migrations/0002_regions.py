"""The five sales regions (contract.md, *Form fields and values*)."""

from django.db import migrations

REGIONS = [
    ("AMER", "Americas", "美洲"),
    ("LATAM", "Latin America", "拉丁美洲"),
    ("EMEA", "Europe, Middle East and Africa", "欧洲、中东和非洲"),
    ("APAC", "Asia Pacific", "亚太"),
    ("GCR", "Greater China Region", "大中华区"),
]


def lay_down(apps, schema_editor):
    region = apps.get_model("accounts", "Region")
    for code, name, name_zh in REGIONS:
        region.objects.get_or_create(code=code, defaults={"name": name, "name_zh": name_zh})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop, elidable=False)]
