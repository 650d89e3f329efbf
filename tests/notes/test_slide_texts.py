"""What of an Enterprise Status a slide shows: counted on the form, marked on the note's page (domain.md §4)."""

import re

import pytest

from notes.models import Note
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db


def counters(answer):
    """Each counter by its field: (characters on the slide, advised, whether over), and what is shown as cut, if any."""
    page = answer.content.decode()
    found = re.findall(
        r'class="num counter( over)?" data-counts="id_(\w+)" data-advised="(\d+)">'
        r"<b>(\d+)</b> of about (\d+) on the slide",
        page,
    )
    cut = dict(re.findall(r'<div class="under cut"><span>[^<]*<q id="id_(\w+)_cut">(.*?)</q>', page, re.DOTALL))
    hidden = re.findall(r'<div class="under cut" hidden><span>[^<]*<q id="id_(\w+)_cut"></q>', page)
    counted = {name: (int(count), int(advised), bool(over)) for over, name, advised, count, _same in found}
    assert all(advised == same for _over, _name, advised, _count, same in found)
    assert sorted([*cut, *hidden]) == sorted(counted)
    return counted, cut


@pytest.fixture
def fta(client):
    user = build.person("fta", "FTA")
    build.log_in(client, user)
    return user


def customer_of(user):
    customer = build.customer(enterprise_level=4)
    build.assign(customer, user, "FTA")
    return customer


def test_a_new_form_counts_from_nothing(client, fta):
    answer = client.get(f"{pages.ADD}?customer={customer_of(fta).pk}&note_type=enterprise_status")
    assert counters(answer) == (
        {"ent_summary": (0, 256, False), "risks": (0, 512, False), "ent_awareness": (0, 512, False)},
        {},
    )


def test_what_stands_before_the_cut_is_counted_in_characters(client, fta):
    customer = customer_of(fta)
    data = build.form_data(
        "enterprise_status",
        customer,
        ent_summary="🟢 进度\r\nok  \r\n## <b>not</b> shown",
        ent_awareness="a" * 513,
        risks="high: x ＃＃ " + "y" * 200,
        ent_rag=None,  # the form comes back, with what was typed
    )
    answer = client.post(pages.ADD, data)
    assert pages.error_fields(answer) == ["ent_rag"]
    assert counters(answer) == (
        {"ent_summary": (7, 256, False), "ent_awareness": (513, 512, True), "risks": (7, 512, False)},
        {"ent_summary": "## &lt;b&gt;not&lt;/b&gt; shown", "risks": "＃＃ " + "y" * 157 + "…"},
    )


def test_a_saved_note_is_counted_and_a_pasted_one_too(client, fta):
    customer = customer_of(fta)
    note = build.note(fta, customer, "enterprise_status", "", ent_summary="Saved. ## cut")
    assert counters(client.get(pages.change(note)))[0]["ent_summary"] == (6, 256, False)
    data = {"customer": customer.pk, "note_type": "enterprise_status", "_paste": "1", "paste": "AWARENESS: Pasted"}
    assert counters(client.post(pages.ADD, data))[0]["ent_awareness"] == (6, 512, False)


@pytest.mark.parametrize("kind", ["overall_status", "technical_enablement", "service_intent"])
def test_nothing_is_counted_where_there_is_no_slide(client, kind):
    build.log_in(client, build.person("admin", superuser=True))
    answer = client.get(f"{pages.ADD}?customer={build.customer().pk}&note_type={kind}")
    assert counters(answer) == ({}, {})


def test_a_reader_sees_what_is_kept_but_not_shown(client, fta):
    customer = customer_of(fta)
    note = build.note(
        fta,
        customer,
        "enterprise_status",
        "Free text ## as it is",
        ent_summary="On pace.\n## the sponsor\nasked",
        ent_awareness="## all hidden",
        ent_overview="88,000 seats ## no cut here",
    )
    build.log_in(client, build.person("rm", "RM"))
    page = client.get(pages.change(note)).content.decode()
    article = page[page.index('<article class="note-text">') : page.index("</article>")]
    off = '<p class="off-slide"><small>Kept in the note, not on the slide</small>'
    assert f"<p>On pace.</p>{off}## the sponsor<br>asked</p>" in article
    assert f"<h2>AWARENESS</h2>{off}## all hidden</p>" in article
    assert "<p>88,000 seats ## no cut here</p>" in article
    assert "<p>Free text ## as it is</p>" in article
    assert article.count("off-slide") == 2


def test_what_is_cut_from_the_slide_stays_in_the_notes_text(client, fta):
    note = build.note(fta, customer_of(fta), "enterprise_status", "", ent_summary="On pace.\n## the sponsor asked")
    assert "EXECUTIVE SUMMARY: On pace.\n## the sponsor asked\n" in Note.objects.get(pk=note.pk).text
