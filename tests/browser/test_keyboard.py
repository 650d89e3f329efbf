"""From home to a saved note by keyboard alone, every key press or typed text counted as an action."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from customers.models import Entitlement
from notes.models import Note
from tests import builders

pytestmark = pytest.mark.browser

MOST = 12


class Keyboard:
    """A person without a mouse: counts what they do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    def press(self, *keys: str) -> None:
        """One action for each key, or keys held together."""
        for key in keys:
            self.page.keyboard.press(key)
            self.actions += 1

    def type(self, text: str) -> None:
        """One action: the hands do not leave the letters."""
        self.page.keyboard.type(text)
        self.actions += 1


@pytest.fixture
def sit_down(live_server: LiveServer, page: Page) -> Callable[[User], Keyboard]:
    """Logs somebody in, at home; the rest is theirs."""

    def log_in(user: User) -> Keyboard:
        page.goto(live_server.url)
        page.get_by_label("Username").fill(user.username)
        page.get_by_label("Password").fill("demo")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{live_server.url}/")
        expect(page.locator("#find")).to_be_focused()
        return Keyboard(page)

    return log_in


def focus_in(page: Page, name: str) -> None:
    """The focus is on an input of this name: the next key goes there."""
    expect(page.locator(f"[name={name}]:focus")).to_have_count(1)


def saved(page: Page) -> None:
    expect(page.locator(".messagelist .success")).to_be_visible()


@pytest.fixture
def northwind() -> dict[str, Entitlement]:
    """A customer with two entitlements, among others whose names begin alike."""
    customer = builders.customer("Northwind", "EMEA")
    builders.customer("Northwind Traders", "EMEA")
    builders.customer("Southridge", "EMEA")
    return {code: builders.entitlement(customer, code) for code in ("EXO", "INTUNE")}


def test_a_technical_enablement_note(sit_down: Callable[[User], Keyboard], northwind: dict[str, Entitlement]) -> None:
    fe = builders.person("fe", "FE")
    hands = sit_down(fe)
    hands.type("northwind")
    hands.press("Enter")
    focus_in(hands.page, "workloads")  # one type to write, one customer of that very name: nothing more is asked
    hands.type("int")
    hands.press("Space", "Tab")
    focus_in(hands.page, "tech_status")
    hands.press("Space", "Tab")
    hands.type("The pilot runs.")
    hands.press("Tab")
    hands.type("Held the kick-off; 40 phones are enrolled.")
    hands.press("Control+Enter")
    saved(hands.page)
    note = Note.objects.get()
    assert (note.customer.name, note.author, note.tech_status) == ("Northwind", fe, "on_track")
    assert [row.workload.code for row in note.note_workloads.in_order()] == ["INTUNE"]
    assert note.sections == {
        "tech_status_text": "The pilot runs.",
        "tech_summary": "Held the kick-off; 40 phones are enrolled.",
    }
    assert hands.actions <= MOST, hands.actions


def test_an_entitlement_goes_in_progress(
    sit_down: Callable[[User], Keyboard], northwind: dict[str, Entitlement]
) -> None:
    hands = sit_down(builders.person("fm", "FM"))
    hands.type("northwind exo")
    hands.press("Enter")
    focus_in(hands.page, "l1")
    hands.type("in p")
    hands.press("Tab")
    focus_in(hands.page, "l2")
    hands.type("migr")
    hands.press("Tab", "Tab")  # past the guide, which scrolls
    focus_in(hands.page, "body")
    hands.type("Moves 900 mailboxes by June because the lease of its server room ends.")
    hands.press("Tab")
    focus_in(hands.page, "target_date")
    hands.type("06302030")
    hands.press("Control+s")
    saved(hands.page)
    row = Entitlement.objects.get(pk=northwind["EXO"].pk)
    assert (row.l1, row.l2.slug if row.l2 else "", row.target_date) == (
        "in_progress",
        "migration",
        dt.date(2030, 6, 30),
    )
    assert Note.objects.get().body.startswith("Moves 900 mailboxes")
    assert hands.actions <= MOST, hands.actions


def test_an_entitlement_is_blocked(sit_down: Callable[[User], Keyboard], northwind: dict[str, Entitlement]) -> None:
    """By way of the list of types and entitlements, for who does not know the code by heart."""
    hands = sit_down(builders.person("fm", "FM"))
    hands.type("northwind")
    hands.press("Enter")
    expect(hands.page.locator("a.what:focus")).to_have_text("Overall Status")
    hands.type("intu")
    expect(hands.page.locator("a.what:focus")).to_contain_text("INTUNE")
    hands.press("Enter")
    focus_in(hands.page, "l1")
    hands.type("bl")
    hands.press("Tab")
    hands.type("legal")
    hands.press("Tab", "Tab")
    focus_in(hands.page, "body")
    hands.type("Wants Intune; a law forbids phones that the state does not own.")
    hands.press("Control+Enter")
    saved(hands.page)
    row = Entitlement.objects.get(pk=northwind["INTUNE"].pk)
    assert (row.l1, row.l2.slug if row.l2 else "") == ("blocked", "legal-regulatory")
    assert hands.actions <= MOST, hands.actions


def test_another_status_lets_an_unfitting_reason_go(
    sit_down: Callable[[User], Keyboard], northwind: dict[str, Entitlement]
) -> None:
    hands = sit_down(builders.person("fm", "FM"))
    hands.type("northwind exo")
    hands.press("Enter")
    page = hands.page
    focus_in(page, "l1")
    first = page.locator("[name=l2][value=new-subscription-or-workload]")
    expect(first).to_be_checked()
    hands.press("ArrowRight")
    expect(page.locator("[name=l1][value=in_progress]")).to_be_checked()
    expect(page.locator("[name=l2]:checked")).to_have_count(0)
    expect(page.locator(".reason label:visible")).to_have_count(3)
    expect(page.locator("[name=target_date]")).to_be_visible()
    expect(page.locator("[name=unblock_date]")).to_be_hidden()
    expect(page.locator(".when:visible")).to_have_text("Upkeep lists it once its target date is past.")
    hands.press("ArrowLeft")
    expect(first).to_be_checked()  # back where it fits
    expect(page.locator(".when:visible")).to_have_text("The status stays as it is; saving renews its why.")
    # A refused save takes the focus to what must be mended.
    hands.press("Control+Enter")
    focus_in(page, "body")
    expect(page.locator(".errornote a")).to_have_text("Text")
    assert not Note.objects.exists()


def test_a_day_and_an_owner_at_a_press(sit_down: Callable[[User], Keyboard], northwind: dict[str, Entitlement]) -> None:
    """The presets are one Tab stop, and fill in what the server worked out."""
    hands = sit_down(builders.person("fe", "FE"))
    page = hands.page
    hands.type("northwind")
    hands.press("Enter")
    focus_in(page, "workloads")
    page.locator("[name=next_action]").focus()
    hands.type("Call again")
    page.locator("[data-fills=id_next_action_date] button").first.focus()
    offered = page.locator("[data-fills=id_next_action_date] button").evaluate_all("all => all.map(one => one.value)")
    assert offered == sorted(offered)
    hands.press("ArrowRight", "Space")
    expect(page.locator("[name=next_action_date]")).to_have_value(offered[1])
    hands.press("Tab")
    focus_in(page, "next_action_owner")
    hands.press("Tab", "Enter")
    expect(page.locator("[name=next_action_owner]")).to_have_value("fe")
    assert not Note.objects.exists()


def test_what_is_told_while_one_types(sit_down: Callable[[User], Keyboard], northwind: dict[str, Entitlement]) -> None:
    """Counts, what the risks raise, hashtags that stand twice, and a summary's lines."""
    page = sit_down(builders.person("fm", "FM")).page
    address = page.url + f"admin/notes/note/add/?customer={northwind['EXO'].customer_id}&note_type=overall_status"
    page.goto(address)
    focus_in(page, "body")
    page.keyboard.type("Shops close; #covid is why.")
    expect(page.locator("[data-length=id_body]")).to_have_text("27")
    page.locator("[name=risks]").fill("high: the firewall\n高：预算\nno budget\n\nlow:")
    expect(page.locator("[data-raises]")).to_have_text("Raises 2 High 1 Medium with you as owner.", use_inner_text=True)
    page.locator("[name=tags]").fill("#Covid，later")
    expect(page.locator("[data-also]")).to_have_text("#covid is also in the text; both count once")
    page.locator("[name=is_exec_summary]").check()
    page.locator("[name=exec_workloads]").fill("[EXO] Exchange Online - moved")
    adds = page.locator("[data-code]:visible")
    expect(adds).to_have_text(["INTUNE", "CORE"])
    adds.first.click()
    expect(page.locator("[name=exec_workloads]")).to_have_value("[EXO] Exchange Online - moved\n[INTUNE] Intune - ")
    focus_in(page, "exec_workloads")
    expect(page.locator("[data-count]")).to_have_text("2 workloads")
    expect(adds).to_have_text(["CORE"])
