"""axe finds no violation of WCAG 2.2 AA on the log-in page: wide, light, English; narrow, dark, Chinese."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.browser

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "light", "locale": "en"}
NARROW: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "locale": "zh-CN"}


def violations(page: Page) -> list[str]:
    """What axe holds against the page: the rule, and the first place each where it is broken."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]


def test_axe_finds_nothing_before_the_log_in(live_server: LiveServer, new_page: Callable[..., Page]) -> None:
    for options in (WIDE, NARROW):
        page = new_page(**options)
        page.goto(f"{live_server.url}/")
        assert violations(page) == []
