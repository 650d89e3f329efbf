"""axe finds no violation of WCAG 2.2 AA on any page of any role: wide, light, English; narrow, dark, Chinese."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
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


def violations(page: Page) -> list[str]:
    """What axe holds against the page: the rule, and the first place each where it is broken."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]


def whole(page: Page) -> int:
    """How high the page is. In a window of that height no sticky bar lies over a button that scrolling would free."""
    return max(844, int(page.evaluate("document.documentElement.scrollHeight")))


def addresses_of(user: User, client: Any) -> list[str]:
    """One page of each shape that `user` comes to: of pages that differ in their words alone, the first."""
    shapes = {walking.shape(page.html): page.address for page in reversed([*walking.walk(user, client)])}
    return [*reversed(shapes.values())]


WHO = ("fm", "fe", "fta", "gm", "rm", "lt", "frp", "pa", "nobody", "admin")


@pytest.mark.parametrize("who", WHO)
def test_axe_finds_nothing(live_server: LiveServer, new_page: Callable[..., Page], client: Any, who: str) -> None:
    build_world()
    user = User.objects.get(username=who)
    addresses = addresses_of(user, client)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    found = {}
    for options in (WIDE, NARROW):
        page = new_page(**options)
        enter(page, live_server.url, session)
        for address in addresses:
            page.set_viewport_size(options["viewport"])
            page.goto(live_server.url + address)
            page.set_viewport_size({**options["viewport"], "height": whole(page)})
            sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            said = [*violations(page), *(["scrolls sideways"] if sideways else [])]
            if said:
                found[f"{options['locale']} {address}"] = said
    assert not found, "\n" + "\n".join(f"{address}: {one}" for address, said in found.items() for one in said)


def test_axe_finds_nothing_before_the_log_in(live_server: LiveServer, new_page: Callable[..., Page]) -> None:
    for options in (WIDE, NARROW):
        page = new_page(**options)
        page.goto(f"{live_server.url}/")
        assert violations(page) == []
