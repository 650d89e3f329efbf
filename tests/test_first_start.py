"""docs/first-start.md, done as it says: from an empty database by commands and pages to the first note."""

import os
import re
import subprocess
import sys

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from accounts.models import PartnerOrganisation, Region, User
from accounts.roles import Role
from customers.models import Assignment, Customer, Entitlement, StatusReason, Workload
from notes.models import Campaign, Note
from tests import builders as build
from tests.markdown import ROOT, codes, read
from tests.notes import pages

PAGE = "first-start.md"
PASSWORD = "quite-Long-enough-7"


def commands():
    """The lines of the page's blocks that run manage.py, without what comes before it."""
    return [
        line.strip().split("manage.py ")[1]
        for line in read(PAGE).splitlines()
        if line.startswith("    ") and "manage.py " in line
    ]


def test_an_empty_database_gets_what_every_programme_begins_with(tmp_path):
    """The very commands of the page, in an environment of their own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DEBUG"))}
    environment |= {
        "SECRET_KEY": "x" * 60,
        "DATABASE_URL": f"sqlite:///{tmp_path}/first.sqlite3",
        "ALLOWED_HOSTS": "status.example",
        "DJANGO_SUPERUSER_USERNAME": "root",
        "DJANGO_SUPERUSER_EMAIL": "root@example.com",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }
    named = set(re.findall(r"export (\w+)=|(DJANGO_\w+)=", read(PAGE)))
    assert {name for pair in named for name in pair if name} <= environment.keys()
    said = commands()
    assert said == ["migrate", "createsuperuser", "createsuperuser --noinput"]
    script = "from accounts.models import User; print(User.objects.values_list('username', 'is_superuser'))"
    for line in ["migrate", "createsuperuser --noinput", f"shell -v0 -c {script!r}"]:
        arguments = line.split() if not line.startswith("shell") else ["shell", "-v0", "-c", script]
        ran = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
    assert "('root', True)" in ran.stdout


@pytest.mark.django_db
def test_what_the_page_counts():
    assert (Group.objects.count(), Region.objects.count(), Workload.objects.count()) == (len(Role), 5, 17)
    assert [campaign.hashtag for campaign in Campaign.objects.all()] == ["covid"]
    assert StatusReason.objects.exists()
    assert (User.objects.count(), Customer.objects.count(), Note.objects.count()) == (0, 0, 0)
    text = " ".join(read(PAGE).split())
    assert "twelve roles and their rights, five regions, the seventeen workloads" in text


def add_person(client, username, *roles, **more):
    """By the two pages: name and password, then the rest."""
    new = {"username": username, "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post("/admin/accounts/user/add/", new)
    assert answer.status_code == 302
    then = answer["Location"]
    data = {"username": username, "is_active": "on", "is_staff": "on", **more}
    data["groups"] = [str(Group.objects.get(name=role).pk) for role in roles]
    assert client.post(then, data).status_code == 302
    return User.objects.get(username=username)


def log_in(client, username):
    client.post("/admin/logout/")
    answer = client.post("/admin/login/", {"username": username, "password": PASSWORD, "next": "/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    return client.get("/")


@pytest.mark.django_db
def test_from_the_superuser_to_the_first_note(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", username="root", email="root@example.com", verbosity=0)
    addresses = codes(read(PAGE))
    assert log_in(client, "root").status_code == 200
    add_person(client, "pa", "PA")
    assert log_in(client, "pa").status_code == 200
    kept = {"/admin/accounts/region/", "/admin/accounts/partnerorganisation/add/", "/admin/accounts/user/add/"}
    kept |= {"/admin/auth/group/", "/admin/customers/customer/add/", "/admin/customers/assignment/add/"}
    assert kept <= set(addresses)
    assert {address: client.get(address).status_code for address in kept} == dict.fromkeys(kept, 200)
    assert client.post("/admin/accounts/region/add/", {"code": "NORDICS", "name": "Nordics"}).status_code == 302
    unused = Region.objects.get(code="GCR")
    assert client.post(f"/admin/accounts/region/{unused.pk}/delete/", {"post": "yes"}).status_code == 302
    assert client.post("/admin/accounts/partnerorganisation/add/", {"name": "Contoso"}).status_code == 302
    partner, nordics = PartnerOrganisation.objects.get(), Region.objects.get(code="NORDICS")
    fm = add_person(client, "fm", "FM", regions=[nordics.pk])
    add_person(client, "frp", "FRP", partner=partner.pk)
    add_person(client, "lost", "FRP")
    new = {"name": "Northwind", "tenant_id": "northwind", "region": nordics.pk, "seats": 900, "priority": "medium"}
    answer = client.post("/admin/customers/customer/add/", new)
    assert answer.status_code == 302
    customer = Customer.objects.get()
    row = {
        "entitlements-TOTAL_FORMS": 1, "entitlements-INITIAL_FORMS": 0, "entitlements-0-customer": customer.pk,
        "entitlements-0-workload": build.workload("EXO").pk, "entitlements-0-seats": 900,
    }  # fmt: skip
    page = f"/admin/customers/customer/{customer.pk}/change/"
    assert client.post(page, {**new, **row, "version": customer.version}).status_code == 302
    assert Entitlement.objects.get().workload.code == "EXO"
    serves = {"customer": customer.pk, "user": fm.pk, "role": "FM"}
    assert client.post("/admin/customers/assignment/add/", serves).status_code == 302
    assert Assignment.objects.get().user == fm
    home = log_in(client, "fm").content.decode()
    assert "Northwind" in home
    assert client.post(pages.ADD, build.form_data("overall_status", customer)).status_code == 302
    for stranger in ("frp", "lost"):
        assert "Northwind" not in log_in(client, stranger).content.decode()
        assert client.get(page).status_code == 302  # as if there were none


@pytest.mark.django_db
def test_who_lacks_staff_status_or_a_role(client):
    build.person("nobody", password=PASSWORD)
    User.objects.create_user("outsider", password=PASSWORD)
    assert "There is nothing for you here yet" in log_in(client, "nobody").content.decode()
    client.post("/admin/logout/")
    refused = client.post("/admin/login/", {"username": "outsider", "password": PASSWORD})
    assert refused.status_code == 200
