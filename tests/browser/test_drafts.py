"""Drafts in real Chromium: the browser killed, the session over, somebody else at work; never a word lost."""

import os
import re
import signal
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from customers.models import Customer
from notes.models import Note, NoteDraft
from tests import builders

pytestmark = pytest.mark.browser

KEEP = "/admin/notes/note/draft/"


@pytest.fixture
def fm(live_server: LiveServer) -> User:
    """Somebody who writes, and the customer that it is about."""
    builders.customer("Northwind")
    return builders.person("fm", "FM")


def place(url: str) -> str:
    return f"{url}/admin/notes/note/add/?customer={Customer.objects.get().pk}&note_type=overall_status"


def at_work(context: BrowserContext, url: str, user: User) -> Page:
    """A page of a browser in which `user` is logged in."""
    client = Client()
    client.force_login(user)
    cookie: Any = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}
    context.add_cookies([cookie])
    return context.new_page()


def text(page: Page) -> Any:
    return page.get_by_label("Text", exact=True)


def type_until_kept(page: Page, words: str) -> None:
    """Type on, and wait until the server has all of it."""
    with page.expect_response(lambda answer: answer.url.endswith(KEEP), timeout=10_000):
        text(page).press_sequentially(words)
    expect(page.locator("#kept")).to_contain_text("Draft kept at")


def bodies(user: User) -> list[str]:
    return [draft.data["body"][0] for draft in NoteDraft.objects.of(user)]


def test_killed_mid_sentence_twenty_times(live_server: LiveServer, browser: Browser, fm: User) -> None:
    """Each time the page is gone at once, with a word half typed; each time the next one goes on from the draft."""
    url, sure = live_server.url, ""
    for number in range(20):
        context = browser.new_context(locale="en")
        page = at_work(context, url, fm)
        page.goto(place(url))
        shown = text(page).input_value()
        assert shown.startswith(sure), (number, shown, sure)
        text(page).press("Control+End")
        words = f"Sentence {number} was said. "
        type_until_kept(page, words)
        sure = shown + words
        text(page).press_sequentially("and th")
        context.close()  # the page is torn down as a crash does it: nobody asks it whether it may go
    assert re.findall(r"Sentence (\d+) was said", bodies(fm)[0]) == [str(number) for number in range(20)]
    assert NoteDraft.objects.count() == 1


def test_the_browser_itself_is_killed(live_server: LiveServer, browser: Browser, fm: User) -> None:
    """Typed without a pause; then the process gets SIGKILL. What is older than five seconds is there."""
    url = live_server.url
    with subprocess.Popen(  # noqa: S603 - the browser that the tests run in
        [os.environ["CHROMIUM"], "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
         "--no-first-run", "about:blank"],
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        found = next(line for line in process.stderr if "DevTools listening on" in line)
        other = browser.browser_type.connect_over_cdp(
            found.split()[-1].replace("ws://", "http://").split("/devtools")[0]
        )
        page = at_work(other.contexts[0], url, fm)
        page.goto(place(url))
        letters = "".join(f"{number} " for number in range(40))
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.post_data or "") if KEEP in request.url else None)
        text(page).press_sequentially(letters, delay=80)  # some nine seconds, with no pause to be kept in
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    (body,) = bodies(fm)
    assert letters.startswith(body)
    assert len(letters) - len(body) < 5 / 0.08
    # Nothing like a request for each key.
    assert 1 <= len(asked) <= 5


def test_nothing_before_a_word_and_little_while_typing(live_server: LiveServer, page: Page, fm: User) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.url.endswith(KEEP) else None)
    client = Client()
    client.force_login(fm)
    cookie: Any = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(place(live_server.url))
    page.get_by_label("Text", exact=True).focus()
    page.goto(live_server.url)
    assert (asked, NoteDraft.objects.count()) == ([], 0)
    page.goto(place(live_server.url))
    type_until_kept(page, "Thirty letters typed in a row.")
    assert len(asked) == 1
    # On leaving, at once.
    text(page).press_sequentially(" More.")
    page.evaluate("location.href = '/'")
    page.wait_for_url(f"{live_server.url}/")
    page.goto(place(live_server.url))
    expect(text(page)).to_have_value("Thirty letters typed in a row. More.")
    expect(page.locator(".drafts")).to_contain_text("is shown.")
    # Saved, it is a draft no more.
    page.locator(".submit-row input[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(place(live_server.url))
    expect(text(page)).to_have_value("")
    assert (Note.objects.count(), NoteDraft.objects.count()) == (1, 0)


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()


def test_the_session_ends_mid_sentence(live_server: LiveServer, new_page: Callable[..., Page], fm: User) -> None:
    """The text is there after log-in; another user never sees it."""
    url, page = live_server.url, new_page()
    builders.person("other", "FM")
    page.goto(place(url))
    log_in(page, "fm")
    page.wait_for_url(place(url))
    type_until_kept(page, "They are a wild")
    Session.objects.all().delete()
    text(page).press_sequentially("ly growing comp")
    expect(page.locator("#kept")).to_contain_text("You are logged out. Your text is kept")
    assert bodies(fm) == ["They are a wildly growing comp"]
    # Somebody else sits down at the same machine.
    tab = page.context.new_page()
    tab.goto(place(url))
    log_in(tab, "other")
    tab.wait_for_url(place(url))
    expect(text(tab)).to_have_value("")
    assert "wild" not in tab.content()
    key = NoteDraft.objects.get().key
    for address in (f"{url}/admin/notes/note/add/?draft={key}", f"{url}{KEEP}{key}/"):
        answer = tab.goto(address)
        assert answer is not None
        assert answer.status == 404
        assert "wild" not in tab.content()
    # Whatever the first one's page still sends, it stays theirs: what is typed, and what is saved.
    text(page).press_sequentially("any")
    expect(page.locator("#kept")).to_contain_text("Somebody else is logged in here")
    page.locator(".submit-row input[name=_save]").click()
    expect(page.locator("#content")).to_contain_text("What they typed is kept in their drafts")
    assert "wild" not in page.content()
    assert Note.objects.count() == 0
    # Back at work: there it is.
    page.get_by_role("button", name="Log out").click()
    page.goto(place(url))
    log_in(page, "fm")
    page.wait_for_url(place(url))
    expect(text(page)).to_have_value("They are a wildly growing company")


def test_logged_in_again_in_a_new_tab(live_server: LiveServer, new_page: Callable[..., Page], fm: User) -> None:
    """The page that was open all the while goes on, and saves."""
    url, page = live_server.url, new_page()
    page.goto(place(url))
    log_in(page, "fm")
    page.wait_for_url(place(url))
    type_until_kept(page, "Half a sen")
    Session.objects.all().delete()
    text(page).press_sequentially("ten")
    expect(page.locator("#kept a")).to_have_text("Log in")
    with page.context.expect_page() as opened:
        page.locator("#kept a").click()
    log_in(opened.value, "fm")
    opened.value.wait_for_url(f"{url}/")
    type_until_kept(page, "ce.")
    page.locator(".submit-row input[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert [note.body for note in Note.objects.all()] == ["Half a sentence."]
    assert NoteDraft.objects.count() == 0


def test_the_server_is_not_reached(
    live_server: LiveServer, new_page: Callable[..., Page], browser: Browser, fm: User
) -> None:
    """It is said; and kept once the way is open again."""
    context = browser.new_context(locale="en")
    page = at_work(context, live_server.url, fm)
    page.goto(place(live_server.url))
    type_until_kept(page, "Here.")
    context.set_offline(True)
    text(page).press_sequentially(" There.")
    expect(page.locator("#kept")).to_contain_text("Not kept since")
    expect(page.locator("#kept")).to_contain_text("the server was not reached; your text stays on this page.")
    context.set_offline(False)
    expect(page.locator("#kept")).to_contain_text("Draft kept at", timeout=15_000)
    assert bodies(fm) == ["Here. There."]
    context.close()


def test_a_double_click_saves_once(live_server: LiveServer, page: Page, fm: User) -> None:
    page.goto(place(live_server.url))
    log_in(page, "fm")
    page.wait_for_url(place(live_server.url))
    text(page).fill("Once.")
    page.locator(".submit-row input[name=_save]").dblclick()
    expect(page.locator(".messagelist")).to_be_visible()
    assert Note.objects.count() == 1


def test_without_script(live_server: LiveServer, new_page: Callable[..., Page], fm: User) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(place(live_server.url))
    log_in(page, "fm")
    text(page).fill("Half a sen")
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.locator(".drafts")).to_contain_text("is shown.")
    expect(text(page)).to_have_value("Half a sen")
    assert (Note.objects.count(), bodies(fm)) == (0, ["Half a sen"])
