"""The counters of the slide's texts follow what is typed, and agree with the server's (domain.md §4)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from notes.playbook import cut_for_slide
from tests import builders
from tests.notes import pages

pytestmark = pytest.mark.browser

TEXTS = (
    "On pace.",
    "  🟢 进度 \n\n## kept\nand this",
    "### a heading, #tag, C#\n####\nall shown",
    "\ufeff\u3000x\u00a0＃＃ cut ## twice",
    "## everything",
    "a" * 257,
    "a##" + "b" * 300,
    "",
)


def test_the_counter_follows_what_is_typed(live_server: LiveServer, new_page: Callable[..., Page]) -> None:
    fta, customer = builders.person("fta", "FTA"), builders.customer(enterprise_level=4)
    builders.assign(customer, fta, "FTA")
    page = new_page()
    page.goto(f"{live_server.url}{pages.ADD}?customer={customer.pk}&note_type=enterprise_status")
    page.get_by_label("Username").fill("fta")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()
    counter, cut = page.locator("[data-counts=id_ent_summary]"), page.locator("#id_ent_summary_cut")
    expect(counter).to_have_text("0 of about 256 on the slide")
    for text in TEXTS:
        page.locator("#id_ent_summary").fill(text)
        shown, hidden = cut_for_slide(text)
        expect(counter).to_have_text(f"{len(shown)} of about 256 on the slide")
        assert ("over" in (counter.get_attribute("class") or "")) is (len(shown) > 256)
        if hidden:
            expect(cut).to_be_visible()
            start = hidden.strip()
            assert cut.text_content() == (start if len(start) <= 160 else f"{start[:160]}…")
        else:
            expect(cut).to_be_hidden()
    # The Risks box counts too, and one counter leaves the others alone.
    page.locator("#id_risks").fill("high: x ## y")
    expect(page.locator("[data-counts=id_risks]")).to_have_text("7 of about 512 on the slide")
    expect(counter).to_have_text("0 of about 256 on the slide")
