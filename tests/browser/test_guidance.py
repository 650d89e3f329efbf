"""The guide of the chosen reason stands beside it, without any script (domain.md §5)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from customers.models import StatusReason
from notes.models import Note
from tests import builders
from tests.notes import pages

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 390])
def test_a_look_alike_chooses_the_reason_that_it_belongs_to(
    live_server: LiveServer, new_page: Callable[..., Page], width: int
) -> None:
    fm, customer = builders.person("fm", "FM"), builders.customer()
    row = builders.entitlement(customer, "INTUNE")
    page = new_page(java_script_enabled=False, viewport={"width": width, "height": 900})
    page.goto(f"{live_server.url}{pages.ADD}?customer={customer.pk}&note_type=entitlement_status&entitlement={row.pk}")
    page.get_by_label("Username").fill(fm.username)
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()

    # It opens with what stands, and its guide; another L1 has none until one of its reasons is chosen.
    guide, invitation = page.locator(".reason .guide:visible"), page.locator(".guide.invite")
    expect(guide).to_contain_text("nobody has talked with the customer about its intent")
    expect(invitation).to_be_hidden()
    page.locator("label", has=page.locator("[name=l1][value=blocked]")).click()
    expect(guide).to_have_count(0)
    expect(invitation).to_be_visible()

    page.get_by_role("radio", name="Customer IT Infrastructure and Remediation", exact=True).check()
    expect(guide).to_contain_text("It is about technology, not people.")
    expect(invitation).to_be_hidden()
    guide.locator("label", has_text="Security/Privacy").click()
    policy = page.get_by_role("radio", name="Security/Privacy (Non-Product/Feature)", exact=True)
    expect(policy).to_be_checked()
    expect(policy).to_have_accessible_description(StatusReason.objects.get(slug="security-privacy").definition)
    expect(guide).to_have_count(1)
    expect(guide).to_contain_text("The customer's own security or privacy policy")

    page.get_by_label("Why", exact=True).fill("Wants Intune, and is blocked by its own policy.")
    page.locator(".submit-row input[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    note = Note.objects.get()
    assert (note.l1, note.l2) == ("blocked", StatusReason.objects.get(slug="security-privacy"))
