import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User

pytestmark = pytest.mark.browser


def test_a_superuser_logs_in_and_sees_the_admin(live_server: LiveServer, page: Page) -> None:
    User.objects.create_superuser("admin", password="demo")
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{live_server.url}/admin/")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
