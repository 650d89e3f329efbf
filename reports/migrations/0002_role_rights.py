"""The role groups and what each may do at first (domain.md §1, contract.md *Rights beside note types*).

It stands in the last app, because it names permissions of all of them; they come into being in `post_migrate`, so this
creates them first. A programme administrator edits the groups afterwards.
"""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

WRITES = {
    "FM": ["overall_status", "entitlement_status", "engagement_management", "service_intent"],
    "FE": ["technical_enablement"],
    "SME": ["technical_enablement", "entitlement_status"],
    "ASME": ["overall_status", "technical_enablement"],
    "GMFTA": ["technical_enablement"],
    "MVM": ["technical_enablement"],
    "FTA": ["enterprise_status"],
    "GM": ["engagement_management"],
    "RM": [],
    "LT": [],
    "FRP": ["overall_status", "entitlement_status", "engagement_management", "service_intent"],
    "PA": [],
}
EVERYBODY = [
    "customers.view_customer",
    "customers.view_entitlement",
    "customers.view_assignment",
    "notes.view_note",
    "notes.view_risk",
    "notes.view_summaryrequest",
    "reports.export",
]
SERVES = [
    "customers.change_customer",
    "customers.add_entitlement",
    "customers.change_entitlement",
    "customers.add_assignment",
    "customers.change_assignment",
    "customers.delete_assignment",
]
ASKS = ["notes.add_summaryrequest"]
MANAGED_BY_PA = [
    "customers.customer",
    "customers.entitlement",
    "customers.assignment",
    "customers.workload",
    "customers.statusreason",
    "notes.campaign",
    "notes.campaignrule",
    "accounts.user",
    "accounts.region",
    "accounts.partnerorganisation",
]
BESIDE = {
    "FM": SERVES,
    "FRP": SERVES,
    "GM": [*SERVES, "customers.add_customer"],
    "RM": ["notes.step_risk", *ASKS],
    "LT": ASKS,
    "PA": [
        *[
            f"{app}.{action}_{model}"
            for app, _, model in (name.partition(".") for name in MANAGED_BY_PA)
            for action in ("view", "add", "change", "delete")
        ],
        "customers.approve_split",
        "notes.withdraw_note",
        "auth.view_group",
        "auth.change_group",
    ],
}


def lay_down(apps, schema_editor):
    for config in installed.get_app_configs():
        create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    every = {
        f"{row.content_type.app_label}.{row.codename}": row for row in permission.objects.select_related("content_type")
    }
    for role, types in WRITES.items():
        rights = [*EVERYBODY, *(f"notes.write_{kind}" for kind in types), *BESIDE.get(role, [])]
        if types:
            # Any writer of any type may raise a risk; which ones they may step is the policy's to say.
            rights += ["notes.add_risk"]
        row, made = group.objects.get_or_create(name=role)
        if made:
            row.permissions.add(*(every[name] for name in rights))


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("accounts", "0002_regions"),
        ("customers", "0002_workloads_and_reasons"),
        ("notes", "0002_covid"),
    ]

    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop, elidable=False)]
