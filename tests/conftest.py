"""What every test stands on: rows that migrations seeded, a browser, a clean language and time zone."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.utils import timezone, translation
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

CI = os.environ.get("CI") == "true"

# No verdict hangs on how fast the machine is. CI tries the same examples each time, so that only a change can break it.
settings.register_profile(
    "ftstatus", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True, derandomize=CI
)
# --hypothesis-profile=thorough
settings.register_profile("thorough", settings.get_profile("ftstatus"), max_examples=2_000)
settings.load_profile("ftstatus")


# --- The database -----------------------------------------------------------------------------------------------------


def _is_live(item: pytest.Item) -> bool:
    return "live_server" in getattr(item, "fixturenames", [])


def _is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    marked = bool(marker and marker.kwargs.get("transaction"))
    return marked or _is_live(item) or "transactional_db" in getattr(item, "fixturenames", [])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Such a test ends with a flush, which takes the seeded rows too. This puts them back before the next one;
    tests that roll back run before all of these, whatever the seed: pytest-django sorts them so.
    """
    for item in items:
        if _is_transactional(item):
            marker = item.get_closest_marker("django_db")
            arguments = {**(marker.kwargs if marker else {}), "transaction": True, "serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(**arguments), append=False)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """A live server on SQLite gets a file: in memory its threads would share one connection, and one transaction."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and any(map(_is_live, request.session.items)):
        database.setdefault("TEST", {})["NAME"] = tmp_path_factory.mktemp("database") / "test.sqlite3"


@pytest.fixture(autouse=True)
def _in_english_and_utc() -> Iterator[None]:
    """No test inherits the language or the time zone that the one before it chose."""
    yield
    translation.activate("en")
    timezone.deactivate()


# --- The browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"],
            args=[
                "--no-sandbox",  # Chromium refuses root otherwise; it sees nothing but our own pages
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages with a profile of their own: new_page(locale="zh-CN", color_scheme="dark", viewport={…}).

    What their console holds against them (a script's error, a thing that is missing, a breach of the
    Content-Security-Policy) fails the test at its end.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # The page itself may answer 403, 404 or 409: that is for the test to look at.
        is_its_own = message.page is not None and message.location["url"] == message.page.url
        # What the test itself evaluates has no address and is not the page's: axe styles nodes that it tries out.
        is_the_tests = not message.location["url"]
        if message.type == "error" and not is_the_tests and not (is_its_own and "status of 4" in message.text):
            complaints.append(f"{message.location['url']}: {message.text}")

    def open_page(**options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "en", **options})
        contexts.append(context)
        context.on("console", hear)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()
