"""What each L2 reason means, with examples, look-alikes and questions (domain.md §5, §6); the words are in two files."""

import tomllib
from pathlib import Path

from django.db import migrations

LANGUAGES = {"": "guidance.en.toml", "_zh": "guidance.zh.toml"}
LISTS = ("examples", "lookalikes", "questions")


def words():
    """The field values by slug; a list is a line each."""
    found = {}
    for suffix, name in LANGUAGES.items():
        with (Path(__file__).parent / name).open("rb") as file:
            for slug, guide in tomllib.load(file).items():
                values = {"definition": guide["definition"], **{part: "\n".join(guide[part]) for part in LISTS}}
                found.setdefault(slug, {}).update({field + suffix: text for field, text in values.items()})
    return found


def lay_down(apps, schema_editor):
    """Fill what is blank; an administrator's words stay, and so does a reason that was renamed or taken away."""
    by_slug = words()
    for reason in apps.get_model("customers", "StatusReason").objects.filter(slug__in=by_slug):
        blank = {field: text for field, text in by_slug[reason.slug].items() if not getattr(reason, field).strip()}
        for field, text in blank.items():
            setattr(reason, field, text)
        if blank:
            reason.save(update_fields=list(blank))


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_questions")]

    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop, elidable=False)]
