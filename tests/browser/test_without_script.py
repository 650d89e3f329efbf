"""Every type of note is written without JavaScript, from the page that asks which (contract, *Note form*)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from notes.models import Note
from notes.types import LIVE
from tests import builders
from tests.notes import pages

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 390])
def test_all_six_types(live_server: LiveServer, new_page: Callable[..., Page], width: int) -> None:
    user = builders.person("all", "FM", "FE", "FTA")
    customer = builders.customer("Northwind", enterprise_level=4)
    builders.assign(customer, user, "FTA")
    builders.entitlement(customer, "EXO")
    page = new_page(java_script_enabled=False, viewport={"width": width, "height": 900})
    page.goto(f"{live_server.url}{pages.ADD}?find=northw")
    page.get_by_label("Username").fill("all")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()
    for kind in LIVE:
        page.goto(f"{live_server.url}{pages.ADD}?find=northw")
        if kind == "entitlement_status":
            page.locator("a.what", has_text="EXO").click()
            page.locator("label", has=page.locator("[name=l1][value=blocked]")).click()
            page.locator("[name=l2][value=legal-regulatory]").check()
            expect(page.locator("[name=target_date]")).to_be_hidden()
            page.locator("[name=body]").fill("Wants it; a law forbids it.")
        else:
            page.locator("a.what", has_text=str(kind.label)).click()
        match kind:
            case "technical_enablement":
                page.locator("label", has_text="EXO").click()
                page.locator("[name=tech_status][value=on_track]").check()
                page.locator("[name=tech_summary]").fill("Held the kick-off.")
            case "enterprise_status":
                page.locator("[name=ent_reason]").first.check()
                page.locator("[name=ent_rag][value=green]").check()
                page.locator("[name=ent_summary]").fill("On pace.")
                page.locator("[name=ent_overview]").fill("Half is live.")
                page.locator("[name=ent_next_update]").fill("2030-01-15")
            case "overall_status" | "engagement_management" | "service_intent":
                page.locator("[name=body]").fill("Met the project lead.")
        expect(page.locator(".with-script-only:visible")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator(".submit-row input[name=_save]").click()
        expect(page.locator(".messagelist .success")).to_be_visible()
    assert sorted(Note.objects.values_list("note_type", flat=True)) == sorted(LIVE)
