"""axe finds no violation of WCAG 2.2 AA on any page of any role: wide, light, English; narrow, dark, Chinese."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import walking
from tests.chinese_world import build_world

pytestmark = pytest.mark.browser

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "light", "locale": "en"}
NARROW: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "locale": "zh-CN"}


def enter(page: Page, url: str, session: str) -> None:
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": session, "domain": urlsplit(url).hostname or "", "path": "/"}])


def forgive_axe(page: Page) -> None:
    """axe looks for what a stock sheet imports beside the page, not beside the sheet; nothing of ours asks there."""
    page.context.route(
        lambda url: urlsplit(url).path.endswith("/widgets.css") and not urlsplit(url).path.startswith("/static/"),
        lambda route: route.fulfill(content_type="text/css", body=""),
    )


def violations(page: Page) -> list[str]:
    """What axe holds against the page: the rule, and the first place each where it is broken."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]


def whole(page: Page) -> int:
    """How high the page is. In a window of that height no sticky bar lies over a button that scrolling would free."""
    return max(844, int(page.evaluate("document.documentElement.scrollHeight")))


WHO = ("admin", "fm", "fe", "fta", "gm", "rm", "lt", "frp", "pa", "nobody")


# What these show depends on who reads.
OF_THE_READER = ("home?", "customer?", "admin:index?")


def look_of(page: walking.Page) -> Any:
    """What tells a page from those that axe need not see as well."""
    kind = walking.kind_of(page.address) or page.address
    return (kind, walking.shape(page.html)) if kind.startswith(OF_THE_READER) else (kind, page.status)


def test_axe_finds_nothing_for_any_role(live_server: LiveServer, new_page: Callable[..., Page]) -> None:
    """Each kind of page for whoever comes to it first; those that differ with who reads, once in each shape."""
    build_world()
    seen: set[Any] = set()
    found = {}
    for who in WHO:
        client = Client()
        shapes = {
            walking.shape(page.html): page.address for page in walking.walk(User.objects.get(username=who), client)
        }
        fresh = [address for shape, address in shapes.items() if shape not in seen]
        seen |= {*shapes}
        for options in (WIDE, NARROW):
            page = new_page(**options)
            enter(page, live_server.url, client.cookies[settings.SESSION_COOKIE_NAME].value)
            forgive_axe(page)
            for address in fresh:
                if said := complaints_about(page, live_server.url + address, options):
                    found[f"{who} {options['locale']} {address}"] = said
            page.context.close()
    assert not found, "\n" + "\n".join(f"{address}: {one}" for address, said in found.items() for one in said)
    assert len(seen) > 60


def complaints_about(page: Page, address: str, options: dict[str, Any]) -> list[str]:
    page.set_viewport_size(options["viewport"])
    page.goto(address)
    page.set_viewport_size({**options["viewport"], "height": whole(page)})
    sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*violations(page), *(["scrolls sideways"] if sideways else [])]


def test_axe_finds_nothing_before_the_log_in(live_server: LiveServer, new_page: Callable[..., Page]) -> None:
    for options in (WIDE, NARROW):
        page = new_page(**options)
        page.goto(f"{live_server.url}/")
        assert violations(page) == []
