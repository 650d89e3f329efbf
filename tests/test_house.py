"""What holds the house together: imports that run one way, types that have a writer, records that have a history."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission

from accounts.versioned_form import VersionedForm
from customers.models import Versioned
from notes import policy
from notes.types import LIVE, RETIRED

ROOT = Path(__file__).resolve().parent.parent
ORDER = ("accounts", "customers", "notes", "reports", "ftstatus")
LEAVES = (
    *("accounts.roles", "accounts.changes", "accounts.differences", "accounts.history"),
    *("customers.status", "customers.choices", "customers.guidance"),
    *("notes.types", "notes.hashtags", "notes.playbook", "notes.pasting", "notes.grammar", "notes.workload_lines"),
    *("notes.advice", "notes.advice_lexicon", "notes.advice_pieces", "notes.advice_text", "notes.advice_words"),
    *("notes.risks", "notes.choices", "notes.declarations", "notes.labels", "notes.dates", "notes.findings"),
    *("reports.export", "reports.periods"),
)


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for app in ORDER for path in sorted((ROOT / app).rglob("*.py"))}


def imported(module):
    """Our modules that a module imports, anywhere in it: at its top, in a function, for types alone."""
    path = FILES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = {f"{base}.{alias.name}" for alias in node.names}
            submodules = names & FILES.keys()
            found |= submodules | ({base} if len(submodules) < len(names) else set())
    return {name for name in found if name.split(".")[0] in ORDER}


def test_imports_run_one_way():
    """accounts ← customers ← notes ← reports ← ftstatus (design, *Rooms*)."""
    upward = [
        f"{module} imports {other}"
        for module in FILES
        for other in sorted(imported(module))
        if ORDER.index(other.split(".")[0]) > ORDER.index(module.split(".")[0])
    ]
    assert upward == []
    # The walk sees something: each room above the first stands on the one below.
    stands_on = {(module.split(".")[0], other.split(".")[0]) for module in FILES for other in imported(module)}
    assert {("customers", "accounts"), ("notes", "customers"), ("reports", "notes"), ("ftstatus", "notes")} <= stands_on


@pytest.mark.parametrize("leaf", LEAVES)
def test_leaves_know_no_models(leaf):
    """Nor does anything of ours that they import, so each can be read and tried by itself."""
    known, waiting = set(), {leaf}
    while waiting:
        module = waiting.pop()
        known.add(module)
        waiting |= (imported(module) & FILES.keys()) - known
    assert sorted(module for module in known if "models" in module.split(".")) == []


@pytest.mark.django_db
def test_every_note_type_has_a_writer():
    assert [kind for kind in LIVE if not policy.roles_that_write(kind)] == []
    assert [kind for kind in RETIRED if policy.roles_that_write(kind)] == []
    rights = Permission.objects.filter(codename__startswith="write_").values_list("codename", flat=True)
    assert sorted(rights) == sorted(f"write_{kind.value}" for kind in LIVE)


def versioned():
    return [model for model in apps.get_models() if issubclass(model, Versioned)]


def test_what_people_edit_has_a_version_and_a_history():
    lacking = {
        model.__name__: [name for name in ("version", "history") if not hasattr(model, name)] for model in versioned()
    }
    assert [name for name, missing in lacking.items() if missing] == []
    assert {"Customer", "Assignment", "Entitlement", "Note", "Risk", "Campaign"} <= lacking.keys()


def test_a_form_with_a_version_is_of_a_record_that_has_one():
    of_versioned_forms = {
        model for model, model_admin in admin.site._registry.items() if issubclass(model_admin.form, VersionedForm)
    }
    assert of_versioned_forms - set(versioned()) == set()
    assert {model for model in versioned() if model in admin.site._registry} - of_versioned_forms == set()
