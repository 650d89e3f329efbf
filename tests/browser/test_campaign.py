"""The next emergency in real Chromium: an administrator makes the campaign, staff write under it, managers see it."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from notes.models import Campaign, Note
from tests import builders

pytestmark = pytest.mark.browser


def log_in(page: Page, url: str, name: str) -> None:
    page.goto(url)
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{url}/")


def save(page: Page) -> None:
    page.locator(".submit-row input[name=_save]").click()


def add_rule(page: Page, number: int, role: str, kind: str) -> None:
    page.locator("#rules-group .add-row a").click()
    page.locator(f"select[name=rules-{number}-role]").select_option(role)
    page.locator(f"select[name=rules-{number}-note_type]").select_option(kind)


def tags_of(note: Note) -> list[tuple[str, bool]]:
    return list(note.note_tags.order_by("pk").values_list("tag__name", "in_field"))


def test_a_campaign_is_made_and_works_at_once(
    live_server: LiveServer, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    url = live_server.url
    pa, fm = builders.person("pa", "PA"), builders.person("fm", "FM")
    customer = builders.customer()
    builders.assign(customer, fm, "FM")
    earlier = [
        builders.note(fm, customer, body="#bush-fire near the data centre"),
        builders.note(fm, customer, body="#bush-fire", tags="wildfire"),
        builders.note(fm, customer, body="#bush-fires: another word"),
    ]

    # The administrator makes it.
    office = new_page()
    log_in(office, url, "pa")
    office.goto(f"{url}/admin/notes/campaign/add/")
    office.locator("#id_hashtag").fill("#Wildfire")
    office.locator("#id_aliases").fill("wildfires wild-fire covid19")
    office.locator("#id_name").fill("Wildfires")
    office.locator("#id_meaning").fill("moves because of the wildfires")
    office.locator("#id_starts").fill("2020-01-01")
    add_rule(office, 0, "FM", "engagement_management")
    add_rule(office, 1, "FE", "technical_enablement")
    expect(office.locator("#id_slug")).to_have_value("wildfire")
    save(office)
    expect(office.locator(".field-aliases .errorlist")).to_have_text("#covid19 belongs to the campaign #covid.")
    office.locator("#id_aliases").fill("wildfires wild-fire")
    save(office)
    expect(office.locator(".messagelist .success")).to_be_visible()
    expect(office.locator("#nav-sidebar")).to_contain_text("#wildfire")
    campaign = Campaign.objects.get(slug="wildfire")
    assert list(campaign.rules.values_list("role", "note_type")) == [
        ("FM", "engagement_management"),
        ("FE", "technical_enablement"),
    ]

    # An FM writes under it; the field completes what the keyboard begins.
    desk = new_page()
    log_in(desk, url, "fm")
    asked: list[str] = []

    def hear(request: Request) -> None:
        if "/note/tags/" in request.url:
            asked.append(request.url.partition("?q=")[2])

    desk.on("request", hear)
    form = f"{url}/admin/notes/note/add/?customer={customer.pk}&note_type="
    desk.goto(f"{form}overall_status")
    expect(desk.locator(".running")).to_contain_text("moves because of the wildfires")
    desk.get_by_label("Text", exact=True).fill("They move to the cloud.")
    field, offers = desk.get_by_role("combobox", name="Hashtags"), desk.get_by_role("listbox", name="Hashtags")
    field.press_sequentially("budget wild-f")
    expect(offers.get_by_role("option")).to_have_count(1)
    expect(offers).to_contain_text("#wildfire moves because of the wildfires")
    expect(field).to_have_attribute("aria-expanded", "true")
    desk.keyboard.press("Escape")
    expect(offers).to_be_hidden()
    expect(field).to_have_value("budget wild-f")
    desk.keyboard.press("ArrowDown")
    expect(offers).to_be_visible()
    desk.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "id_tags_offers_0")
    expect(offers.get_by_role("option", selected=True)).to_have_text("#wildfire moves because of the wildfires")
    desk.keyboard.press("Enter")
    expect(field).to_have_value("budget #wildfire ")
    expect(offers).to_be_hidden()
    assert Note.objects.count() == 3  # Enter took the hashtag, it did not save
    assert len(asked) < len("budgetwild-f"), asked
    # The word under the caret, in the middle of others; Tab takes as well. What stands already is not offered again.
    field.fill("bush、wild，budget")
    field.evaluate("input => input.setSelectionRange(4, 4)")
    desk.keyboard.press("ArrowDown")
    expect(offers.get_by_role("option")).to_have_text(["#bush-fire", "#bush-fires"])
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Tab")
    expect(field).to_have_value("#bush-fires、wild，budget")
    expect(field).to_be_focused()
    field.fill("#wildfire #")
    field.press("End")
    desk.keyboard.press("ArrowDown")
    expect(offers.get_by_role("option")).to_have_count(3)
    expect(offers.get_by_role("option").first).to_contain_text("#covid")
    offers.get_by_role("option").filter(has_text="#bush-fires").click()
    expect(field).to_have_value("#wildfire #bush-fires ")
    field.fill("wild")
    expect(offers).to_be_visible()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".messagelist .success")).to_be_visible()
    plain = Note.objects.latest("pk")
    assert tags_of(plain) == [("wild", True)]  # what was typed, not what was offered
    desk.goto(f"{form}overall_status")
    desk.get_by_label("Text", exact=True).fill("They move to the cloud.")
    field.press_sequentially("wildfires")
    expect(offers).to_be_visible()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Tab")
    expect(field).to_have_value("#wildfire ")
    desk.keyboard.press("Enter")  # with nothing offered it saves, as in any field
    expect(desk.locator(".messagelist .success")).to_be_visible()
    first = Note.objects.latest("pk")
    assert tags_of(first) == [("wildfire", True)]
    # Overall Status is not where an FM records it: told, with the way there.
    desk.locator(".messagelist .info").get_by_role("link", name="Engagement Management").click()
    expect(desk).to_have_url(f"{form}engagement_management")

    # The rule holds, under an alias and in the text too.
    desk.get_by_label("Text", exact=True).fill("They stop, because of #Wild-Fire")
    desk.get_by_label("Pausing").check()
    save(desk)
    expect(desk.locator(".refusal")).to_contain_text("A customer that pauses gets no #wildfire")
    desk.get_by_label("Accelerating").check()
    save(desk)
    expect(desk.locator(".messagelist .success")).to_be_visible()
    expect(desk.locator(".messagelist .info")).to_have_count(0)
    second = Note.objects.latest("pk")
    assert tags_of(second) == [("wildfire", False)]

    # The list and its file have them.
    def listed() -> list[str]:
        desk.goto(f"{url}/reports/campaigns/wildfire/")
        shown = [str(row.get_attribute("data-id")) for row in desk.locator("tr[data-id]").all()]
        with desk.expect_download() as download:
            desk.get_by_role("link", name="CSV").click()
        file = tmp_path / "list.csv"
        download.value.save_as(file)
        with file.open(encoding="utf-8-sig", newline="") as lines:
            read = list(csv.DictReader(lines))
        assert [row["id"] for row in read] == shown
        return shown

    assert listed() == [str(note.pk) for note in (second, first, earlier[1])]

    # Another alias, under which notes stand: they come along, each once.
    office.goto(f"{url}/admin/notes/campaign/{campaign.pk}/change/")
    expect(office.locator("#id_aliases")).to_have_value("wildfires wild-fire")
    office.locator("#id_aliases").fill("wildfires wild-fire #Bush-Fire")
    save(office)
    expect(office.locator(".messagelist .success")).to_be_visible()
    assert listed() == [str(note.pk) for note in (second, first, earlier[1], earlier[0])]
    assert [tags_of(note) for note in earlier] == [[("wildfire", False)], [("wildfire", True)], [("bush-fires", False)]]
    assert campaign.rules.count() == 2
    assert set(campaign.history.values_list("history_user__username", flat=True)) == {pa.username}
