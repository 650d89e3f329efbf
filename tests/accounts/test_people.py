"""People and their rights as a programme administrator keeps them; logging in, language, time zone, open doors."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import User
from notes.models import Note
from tests import builders as build

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/user/"
NEW_PASSWORD = {"password1": "a-Much-longer-1", "password2": "a-Much-longer-1"}


def data_of(user, **over):
    """What the form of a person would send back."""
    data = {
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "language": user.language,
        "time_zone": user.time_zone,
        "groups": [group.pk for group in user.groups.all()],
        "partner": user.partner_id or "",
        "is_active": "on",
        "is_staff": "on",
    }
    return data | over


def saved(user):
    return User.objects.values().get(pk=user.pk)


# --- Keeping people ---------------------------------------------------------------------------------------------------


def test_an_administrator_keeps_people(client):
    people = build.cast("pa", "fm")
    build.log_in(client, people["pa"])
    page = f"{USERS}{people['fm'].pk}/"
    roles = [Group.objects.get(name=name).pk for name in ("FE", "GM")]
    answer = client.post(f"{page}change/", data_of(people["fm"], first_name="Ann", groups=roles))
    assert (answer.status_code, answer["Location"]) == (302, USERS)
    answer = client.post(f"{page}password/", NEW_PASSWORD)
    assert answer.status_code == 302
    ann = User.objects.get(username="fm")
    assert (ann.first_name, ann.roles, ann.check_password(NEW_PASSWORD["password1"])) == ("Ann", ["FE", "GM"], True)


def test_an_administrator_keeps_no_superuser(client):
    people = build.cast("pa", "admin")
    build.log_in(client, people["pa"])
    before, page = saved(people["admin"]), f"{USERS}{people['admin'].pk}/"
    answers = [
        client.post(f"{page}change/", data_of(people["admin"], first_name="Ann")).status_code,
        client.get(f"{page}password/").status_code,
        client.post(f"{page}password/", NEW_PASSWORD).status_code,
    ]
    read = client.get(f"{page}change/")
    assert answers == [403, 403, 403]
    assert (read.status_code, 'name="_save"' in read.content.decode()) == (200, False)
    assert saved(people["admin"]) == before


def test_an_administrator_makes_no_superuser(client):
    people = build.cast("pa", "fm")
    build.log_in(client, people["pa"])
    for user in people.values():
        forged = data_of(user, first_name="Ann", is_superuser="on", user_permissions=[1, 2])
        assert client.post(f"{USERS}{user.pk}/change/", forged).status_code == 302
    added = {"username": "new", "usable_password": "true", "is_superuser": "on", **NEW_PASSWORD}
    assert client.post(f"{USERS}add/", added).status_code == 302
    made = {user.username: (user.first_name, user.is_superuser) for user in User.objects.all()}
    assert made == {"pa": ("Ann", False), "fm": ("Ann", False), "new": ("", False)}
    assert User.user_permissions.through.objects.count() == 0


def test_a_superuser_makes_superusers(client):
    people = build.cast("admin", "fm")
    build.log_in(client, people["admin"])
    sent = data_of(people["fm"], is_superuser="on")
    assert client.post(f"{USERS}{people['fm'].pk}/change/", sent).status_code == 302
    assert saved(people["fm"])["is_superuser"]


def test_an_administrator_grants_the_products_own_rights_alone(client):
    build.log_in(client, build.person("pa", "PA"))
    group = Group.objects.get(name="GM")
    before = set(group.permissions.all())
    page = f"/admin/auth/group/{group.pk}/change/"
    offered = client.get(page).context["adminform"].form.fields["permissions"].queryset
    apps = set(offered.values_list("content_type__app_label", flat=True))
    assert apps == {"accounts", "customers", "notes", "reports"}
    outside = Permission.objects.exclude(content_type__app_label__in=apps).first()
    answer = client.post(page, {"name": "GM", "permissions": [*(p.pk for p in before), outside.pk]})
    assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, ["permissions"])
    assert set(group.permissions.all()) == before
    ours = Permission.objects.get(codename="write_service_intent")
    answer = client.post(page, {"name": "GM", "permissions": [*(p.pk for p in before), ours.pk]})
    assert (answer.status_code, set(group.permissions.all())) == (302, before | {ours})


@pytest.mark.parametrize("who", ["pa", "admin"])
def test_nobody_deletes_people(client, who):
    people = build.cast(who, "fm")
    build.log_in(client, people[who])
    address = f"{USERS}{people['fm'].pk}/delete/"
    chosen = {"action": "delete_selected", "_selected_action": [people["fm"].pk], "post": "yes"}
    answers = [client.get(address), client.post(address, {"post": "yes"}), client.post(USERS, chosen)]
    assert [answer.status_code for answer in answers[:2]] == [403, 403]
    assert answers[2].status_code in (200, 302, 403)
    assert User.objects.count() == 2


@pytest.mark.parametrize("who", ["fm", "rm", "lt", "frp", "nobody"])
def test_nobody_else_keeps_people_or_roles(client, who):
    people = build.cast(who)
    build.log_in(client, people[who])
    pages = [USERS, f"{USERS}add/", f"{USERS}{people[who].pk}/change/", f"{USERS}{people[who].pk}/password/"]
    pages += ["/admin/auth/group/", f"/admin/auth/group/{Group.objects.first().pk}/change/"]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 403)


def test_without_a_role_nothing_is_named(client):
    """`nobody` logs in, sees that there is nothing, and 403 elsewhere (contract, *Rights*)."""
    people = build.cast("nobody", "fm")
    customer = build.customer("Northwind", partner=build.partner("Contoso Partners"))
    build.note(people["fm"], customer)
    build.log_in(client, people["nobody"])
    models = [
        *("accounts/partnerorganisation", "accounts/region", "customers/customer", "customers/entitlement"),
        *("customers/assignment", "customers/workload", "customers/statusreason"),
        *("notes/note", "notes/risk", "notes/campaign"),
    ]
    pages = [f"/admin/{model}/" for model in models] + ["/admin/notes/note/add/"]
    pages += ["/reports/notes/", "/reports/campaigns/covid/", "/reports/risks/", "/reports/notes/?format=csv"]
    pages += ["/admin/autocomplete/?app_label=customers&model_name=assignment&field_name=customer&term="]
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 403)
    for page in ("/", "/admin/"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert [name for name in ("Northwind", "Contoso", "/admin/notes/") if name in answer.content.decode()] == []


# --- Logging in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("following", ["", "/reports/notes/", "/reports/notes/?region=EMEA"])
def test_the_log_in_page_leads_home_or_on(client, following):
    build.person("fm", "FM")
    address = "/admin/login/"
    query = {"next": following} if following else {}
    page = client.get(address, query)
    assert page.context["next"] == (following or "/")
    wanted = {"username": "fm", "password": "demo"}
    sent = client.post(address, wanted | {"next": page.context["next"]}, query_params=query)
    assert (sent.status_code, sent["Location"]) == (302, following or "/")
    client.logout()
    bare = client.post(address, wanted, query_params=query)
    assert (bare.status_code, bare["Location"]) == (302, following or "/")


def test_the_log_in_page_leads_nowhere_else(client):
    build.person("fm", "FM")
    sent = client.post("/admin/login/", {"username": "fm", "password": "demo", "next": "https://evil.example/"})
    assert (sent.status_code, sent["Location"]) == (302, "/")


@pytest.mark.parametrize("case", ["wrong password", "deactivated", "unknown"])
def test_a_refused_log_in_keeps_the_name(client, case):
    if case != "unknown":
        build.person("fm", "FM", is_active=case != "deactivated")
    password = "demo" if case == "deactivated" else "wrong"
    answer = client.post("/admin/login/", {"username": "fm", "password": password})
    form = answer.context["form"]
    assert (answer.status_code, form["username"].value(), list(form.errors)) == (200, "fm", ["__all__"])
    page = answer.content.decode()
    assert 'value="fm"' in page
    assert f'value="{password}"' not in page
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["/", "/admin/", "/reports/notes/", "/reports/notes/?tag=%23covid&format=csv"])
def test_logged_out_is_sent_to_the_log_in(client, address):
    answer = client.get(address)
    place, query = answer["Location"].split("?")
    assert (answer.status_code, place) == (302, "/admin/login/")
    assert client.get(f"{place}?{query}").context["next"] == address


def test_the_watchman_needs_no_log_in(client):
    answers = {address: client.get(address) for address in ("/healthz", "/readyz")}
    found = {address: (answer.status_code, answer.content) for address, answer in answers.items()}
    assert found == dict.fromkeys(("/healthz", "/readyz"), (200, b"ok\n"))


@pytest.mark.parametrize(("size", "refused"), [(2_500_001, True), (2_400_000, False)])
def test_a_request_over_the_limit(client, size, refused):
    """413 before anything is read; below it the form answers at the field."""
    user, customer = build.person("fm", "FM"), build.customer()
    build.log_in(client, user)
    data = build.form_data("overall_status", customer, body="x" * size)
    answer = client.post("/admin/notes/note/add/", data)
    if refused:
        assert answer.status_code == 413
    else:
        assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, ["body"])
    assert Note.objects.count() == 0


# --- Language and time zone -------------------------------------------------------------------------------------------


def language_of(response):
    page = response.content.decode()
    return page.split('<html lang="')[1].split('"')[0]


def test_the_language_of_person_browser_and_switch(client):
    """The switch goes before the person's own, that before the browser's."""
    user = build.person("fm", "FM")
    build.log_in(client, user)
    chinese_browser = {"accept-language": "zh-CN,zh;q=0.9"}
    found = [language_of(client.get("/")), language_of(client.get("/", headers=chinese_browser))]
    User.objects.update(language="zh-hans")
    found.append(language_of(client.get("/")))
    switched = client.post("/i18n/setlang/", {"language": "en", "next": "/reports/notes/"})
    found += [language_of(client.get("/")), language_of(client.get("/admin/", headers=chinese_browser))]
    User.objects.update(language="")
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"})
    found.append(language_of(client.get("/reports/notes/")))
    assert found == ["en", "zh-hans", "zh-hans", "en", "en", "zh-hans"]
    assert (switched.status_code, switched["Location"]) == (302, "/reports/notes/")


def test_the_language_is_switched_before_logging_in(client):
    answer = client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/admin/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/")
    assert language_of(client.get("/admin/login/")) == "zh-hans"


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("", "2026-03-01T23:30:00+00:00"),
        ("Asia/Shanghai", "2026-03-02T07:30:00+08:00"),
        ("America/New_York", "2026-03-01T18:30:00-05:00"),
    ],
)
def test_the_time_zone_of_the_person(client, zone, written):
    user = build.person("fm", "FM", time_zone=zone)
    build.note(user, build.customer(), created_at=dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC))
    build.log_in(client, user)
    rows = build.csv_rows(client.get("/reports/notes/?format=csv"))
    assert [row["created_at"] for row in rows] == [written]
    # The filter's days are days of that zone too.
    day = written[:10]
    rows = build.csv_rows(client.get(f"/reports/notes/?format=csv&created_after={day}&created_before={day}"))
    assert len(rows) == 1


def test_a_time_zone_is_one(client):
    user = build.person("pa", "PA")
    build.log_in(client, user)
    answer = client.post(f"{USERS}{user.pk}/change/", data_of(user, time_zone="Mars/Olympus"))
    assert list(answer.context["adminform"].form.errors) == ["time_zone"]
