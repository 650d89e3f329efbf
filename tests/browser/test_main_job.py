"""The main job in real Chromium: log in, write the note, meet the rule, find it in the list, take the list away."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from customers.models import Customer
from notes.models import Note, Risk
from tests import builders

pytestmark = pytest.mark.browser

DATA = Path(__file__).resolve().parent.parent / "data"


@pytest.fixture
def fm(live_server: LiveServer) -> User:
    """A FastTrack Manager who serves one customer."""
    fm = builders.person("fm", "FM", regions=["EMEA"])
    builders.assign(builders.customer("Northwind", "EMEA"), fm, "FM")
    builders.customer("Southridge", "APAC")
    return fm


def log_in(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("Username").fill("fm")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{url}/")


def save(page: Page) -> None:
    page.locator(".submit-row input[name=_save]").click()


def tags_of(note: Note) -> list[str]:
    return list(note.note_tags.values_list("tag__name", flat=True))


def test_the_main_job(live_server: LiveServer, page: Page, fm: User, tmp_path: Path) -> None:
    url = live_server.url
    log_in(page, url)

    # Home, whom it is for, which note: nothing asked twice.
    page.get_by_placeholder("Customer name or tenant").fill("northw")
    page.get_by_role("button", name="Find").click()
    page.locator("a.what", has_text="Overall Status").click()  # only one customer fits, so none is asked for
    expect(page.locator(".pinned")).to_contain_text("Northwind")
    page.get_by_label("Text", exact=True).fill("Shops close; everybody works from home. #covid")
    page.get_by_label("Risks").fill("high: the firewall rules are late\nno budget yet")
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    first = Note.objects.get()
    assert (first.note_type, first.author, tags_of(first)) == ("overall_status", fm, ["covid"])
    risks = Risk.objects.order_by("pk").values_list("title", "severity", "owner__username")
    assert list(risks) == [("the firewall rules are late", "high", "fm"), ("no budget yet", "medium", "fm")]

    # A pause gets no tag: refused, the text kept, saved without.
    customer = Customer.objects.get(name="Northwind")
    page.goto(f"{url}/admin/notes/note/add/?customer={customer.pk}&note_type=engagement_management")
    page.get_by_label("Text", exact=True).fill("They stop for the summer because of #covid")
    page.get_by_label("Pausing").check()
    save(page)
    expect(page.locator(".refusal")).to_contain_text("A customer that pauses gets no #covid")
    expect(page.get_by_label("Text", exact=True)).to_have_value("They stop for the summer because of #covid")
    assert Note.objects.count() == 1
    page.get_by_role("button", name="Save without the tag").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    second = Note.objects.latest("pk")
    assert (second.body, second.pace, tags_of(second)) == ("They stop for the summer because of covid", "pausing", [])

    # A manager's list has the first and not the second; its file has the same rows.
    page.goto(f"{url}/reports/campaigns/covid/?region=EMEA")
    rows = page.locator("tr[data-id]")
    expect(rows).to_have_count(1)
    expect(rows.first).to_have_attribute("data-id", str(first.pk))
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    file = tmp_path / "list.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        read = list(csv.DictReader(lines))
    assert [(row["id"], row["customer"], row["body"], row["tags"], row["risks_open"]) for row in read] == [
        (str(first.pk), "Northwind", "Shops close; everybody works from home. #covid", "covid", "2")
    ]

    # In Chinese from here on.
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("table.list")).to_contain_text("总体状态")
    page.goto(f"{url}/admin/notes/note/add/?customer={customer.pk}&note_type=overall_status")
    expect(page.locator("fieldset.field-note_type")).to_contain_text("接洽管理")

    # The Chinese summary, pasted: its sections stand in the form, nothing is saved until it is.
    page.locator("[name=is_exec_summary]").check()
    page.locator("details.paste summary").click()
    page.locator("textarea[name=paste]").fill((DATA / "exec_summary_zh.txt").read_text())
    page.locator("button[name=_paste]").click()
    expect(page.locator("[name=exec_engagement][value=fully_engaged]")).to_be_checked()
    expect(page.locator("[name=exec_deployment][value=not_deployed]")).to_be_checked()
    expect(page.locator("[name=exec_customer]")).to_have_value("拥有 2 万用户的零售公司引进 M365，引起媒体的广泛关注")
    assert Note.objects.count() == 2
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    summary = Note.objects.latest("pk")
    codes = [row.workload.code for row in summary.note_workloads.in_order()]
    assert (summary.is_exec_summary, summary.engagement, summary.deployment, codes) == (
        True, "fully_engaged", "not_deployed", ["EXO", "OLM", "SPO", "OD", "OPP", "AADP"],
    )  # fmt: skip
    page.goto(f"{url}/reports/notes/?summary=1")
    expect(page.locator("tr[data-id]")).to_have_count(1)
    expect(page.locator("tr[data-id]")).to_have_attribute("data-id", str(summary.pk))


def focused(page: Page) -> str:
    """The name and value of what has the focus."""
    return str(page.evaluate("`${document.activeElement.name || ''} ${document.activeElement.value || ''}`"))


def tab_to(page: Page, start: str) -> None:
    """Tab until what has the focus begins so."""
    seen = []
    for _ in range(120):
        page.keyboard.press("Tab")
        seen.append(focused(page))
        if seen[-1].startswith(start):
            return
    raise AssertionError(f"{start} was not reached by Tab: {seen}")


def test_by_keyboard_alone(live_server: LiveServer, page: Page, fm: User) -> None:
    """From the log-in to a saved note without a mouse: Tab, Enter, typing, Ctrl+Enter."""
    url, customer = live_server.url, Customer.objects.get(name="Northwind")
    form = f"{url}/admin/notes/note/add/?customer={customer.pk}&note_type=overall_status"
    page.goto(form)
    if not focused(page).startswith("username"):
        tab_to(page, "username")
    page.keyboard.type("fm")
    tab_to(page, "password")
    page.keyboard.type("demo")
    page.keyboard.press("Enter")
    page.wait_for_url(form)
    expect(page.locator("[name=body]")).to_be_focused()  # where writing begins
    page.keyboard.type("Met them.")
    page.keyboard.press("Enter")  # a new line, not a saved note
    page.keyboard.type("All is well.")
    tab_to(page, "risks")
    page.keyboard.type("low: none to speak of")
    tab_to(page, "next_action ")
    page.keyboard.type("Call again")
    tab_to(page, "next_action_owner")
    page.keyboard.type("fm")
    tab_to(page, "tags")
    page.keyboard.type("covid")
    assert Note.objects.count() == 0
    page.keyboard.press("Control+Enter")
    # A next action needs its date: the form is back with what was typed, and says so.
    expect(page.locator(".field-next_action_date.errors")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Met them.\nAll is well.")
    if not focused(page).startswith("next_action_date"):
        tab_to(page, "next_action_date")
    page.keyboard.type("04012030")  # as the browser's own date field takes it: month, day, year
    page.keyboard.press("Control+Enter")
    expect(page.locator(".messagelist .success")).to_be_visible()
    note = Note.objects.get()
    assert (note.body, note.next_action, str(note.next_action_date), note.next_action_person, tags_of(note)) == (
        "Met them.\nAll is well.", "Call again", "2030-04-01", fm, ["covid"],
    )  # fmt: skip
    assert list(Risk.objects.values_list("title", "severity")) == [("none to speak of", "low")]
