"""Advice as a plain function (domain.md §4, §6, §7): its table of good and poor notes, its words, and that it never
raises. How it is shown is tests/notes/test_advice_shown.py.
"""

import sys
import tomllib
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.functional import Promise
from hypothesis import given
from hypothesis import strategies as st

from notes.advice import Facts, Level, Place, advise
from notes.advice_pieces import DONE, EXAMPLES, LOOK, Advice
from notes.advice_text import Text
from notes.advice_words import open_word, pause_word, risk_word, schedules
from notes.types import LIVE
from tests.markdown import bare, table

DATA = Path(__file__).parents[1] / "data"
NAMES = {"legal-regulatory": ("Legal/Regulatory", "法律/法规")}
TABLE = [
    (language, kind, row)
    for language in ("en", "zh")
    for kind, rows in tomllib.loads((DATA / f"advice_{language}.toml").read_text(encoding="utf-8")).items()
    for row in rows
]


def status_note(text, l1="", l2="", **known):
    names = NAMES.get(l2, ())
    return Facts(note_type="entitlement_status", texts={"body": text}, l1=l1, l2=l2, names=names, **known)


def look(facts):
    """The codes of what there is to look at."""
    return sorted(piece.code for piece in advise(facts) if piece.level == Level.LOOK)


def done(facts):
    return sorted(piece.code for piece in advise(facts) if piece.level == Level.DONE)


# --- The table --------------------------------------------------------------------------------------------------------


def test_ten_of_each_kind_in_each_language():
    counts = {}
    for language, kind, _row in TABLE:
        counts[language, kind] = counts.get((language, kind), 0) + 1
    assert counts == {(language, kind): 10 for language in ("en", "zh") for kind in ("great", "marginal", "poor")}
    assert len({row["text"] for _language, _kind, row in TABLE}) == 60


@pytest.mark.parametrize("page", ["en", "zh-hans"])
@pytest.mark.parametrize(("language", "kind", "row"), TABLE, ids=lambda part: part if isinstance(part, str) else "")
def test_great_draws_nothing_poor_and_marginal_what_they_are(page, language, kind, row):
    """Whatever the language of the page, a text is read in its own."""
    with translation.override(page):
        found = look(status_note(row["text"], row["l1"], row["l2"]))
    assert found == sorted(row.get("draws", []))
    assert bool(found) == (kind != "great")


@pytest.mark.parametrize(("language", "kind", "row"), TABLE, ids=lambda part: part if isinstance(part, str) else "")
def test_what_is_done_is_said_too(language, kind, row):
    marks = done(status_note(row["text"], row["l1"], row["l2"]))
    if kind == "great":
        assert "short" in marks
        assert "unresponsive" in marks or {"why", "why_cannot", "why_not"} & set(marks)
    if set(row.get("draws", [])) & {"why_blank", "status_only", "usage_only"}:
        assert marks == []


# --- Each rule --------------------------------------------------------------------------------------------------------

WHY = " to deploy because its old server fails every week"
OPEN = [
    ("Not for now.", "for now"),
    ("It is CURRENTLY unable.", "currently"),
    ("Not decided yet.", "yet"),
    ("It has yet to decide.", "yet"),
    ("The board, yet to be asked, meets.", "yet"),
    ("They are not ready yet, and the proxy is old.", "yet"),
    ("For the time being it stays.", "for the time being"),
    ("客户暂时不部署", "暂时"),
    ("该项目目前没有预算", "目前"),
    ("安全部门尚未批准", "尚未"),
    ("他们还没有决定", "还没"),
    ("客户暂不考虑", "暂不"),
    # not these
    ("Yet another tool would cost more.", ""),
    ("It wants Teams, yet the board refused.", ""),
    ("Yet the proxy is old.", ""),
    ("The two run concurrently.", ""),
    ("He wrote “currently” in the form.", ""),
    ("The bayeted yeti.", ""),
    ("项目前期没有预算", ""),
    ("因短暂时间的中断", ""),
    ("设备归还没收", ""),
    ("他写了“目前”一词", ""),
]


@pytest.mark.parametrize(("text", "word"), OPEN)
def test_words_that_leave_intent_open(text, word):
    assert open_word(Text(text)) == word


PAUSED = [
    ("The customer wants to pause.", "pause"),
    ("All work is on hold until May.", "on hold"),
    ("They paused the roll-out.", "paused"),
    ("They stopped the deployment.", "stopped the deployment"),
    ("客户暂停部署", "暂停"),
    ("客户停止推广", "停止"),
    ("The roll-out is unpaused.", ""),
    ("The pause is over.", ""),
    ("They resumed after the pause.", ""),
    ("The project is no longer on hold.", ""),
    ("暂停已经结束", ""),
    ("客户不会暂停", ""),
    ("旧系统停止支持", ""),
    ("Accelerates.", ""),
]


@pytest.mark.parametrize(("text", "word"), PAUSED)
def test_words_of_a_pause_that_is_not_over(text, word):
    assert pause_word(Text(text)) == word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("There is a risk that go-live slips.", "risk"),
        ("Escalated to the region.", "escalated"),
        ("上线存在风险", "风险"),
        ("No risk is seen.", ""),
        ("They use risk-based access and risk policies.", ""),
        ("没有风险", ""),
        ("Windows 升级按计划进行", ""),
    ],
)
def test_words_of_a_risk(text, word):
    assert risk_word(Text(text)) == word


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A workshop is booked for Friday.", True),
        ("Call on 4 May with the CIO.", True),
        ("会议定于周三", True),
        ("已安排下周的研讨会", True),
        ("The call centre needs ringing groups.", False),
        ("The board refused in its meetings.", False),
        ("The roll-out ends on 4 May.", False),
        ("客户需要会议室设备", False),
    ],
)
def test_meetings_that_have_a_day(text, says):
    assert schedules(Text(text)) is says


def test_intent_both_ways_or_against_the_status():
    both = "The customer does not intend to deploy, but its branch wants to deploy because the server fails."
    assert look(status_note(both, "blocked")) == ["intent_both"]
    assert look(status_note(f"The customer wants{WHY}.", "no_intent")) == ["intent_status"]
    assert look(status_note(f"The customer wants{WHY}.", "blocked")) == []
    declined = "No intent to use FastTrack because the partner leads the deployment with its own people."
    assert look(status_note(declined, "in_progress")) == []  # declining the benefit is no lack of intent (§5)


def test_the_same_text_at_other_workloads_is_a_smell():
    known = {"same_at": ("SPO", "TEAMS")}
    (piece,) = [one for one in advise(status_note(f"It wants{WHY}.", **known)) if one.level == Level.LOOK]
    assert (piece.code, piece.message[:36]) == ("same_text", "The same text stands at SPO, TEAMS: ")


def test_an_account_on_record_as_managed_is_told_so():
    text = "Four e-mails to the IT director since January went unanswered."
    assert look(status_note(text, l2="customer-unresponsive", managed=True)) == ["account_managed"]


OTHERS = [
    ("overall_status", {}, ["next_action_missing"]),
    ("overall_status", {"next_action": "Call"}, ["next_action_bare"]),
    ("overall_status", {"next_action": "Call", "next_action_date": "2030-01-02"}, ["next_action_bare"]),
    ("overall_status", {"next_action": "Call", "next_action_date": "2030-01-02", "next_action_owner": "Kim"}, []),
    ("engagement_management", {}, []),
    ("engagement_management", {"next_action": "Call"}, ["next_action_bare"]),
    ("service_intent", {"texts": {"body": "There is a risk."}}, ["risks_in_prose"]),
    ("service_intent", {"texts": {"body": "There is a risk.", "risks": "high: it slips"}}, []),
    ("service_intent", {"texts": {"body": "There is a risk."}, "risks_raised": True}, []),
    ("technical_enablement", {"concern_kind": "first_party", "insight_id": "pending"}, ["insight_pending"]),
    ("technical_enablement", {"concern_kind": "first_party", "insight_id": " Pending."}, ["insight_pending"]),
    ("technical_enablement", {"concern_kind": "first_party", "insight_id": "FTC-1"}, []),
    ("technical_enablement", {"concern_kind": "business", "insight_id": "pending"}, []),
    ("enterprise_status", {"rag": "green", "texts": {"ent_summary": "All is well here."}}, []),
    ("enterprise_status", {"rag": "red", "texts": {"ent_summary": "The customer is Red."}}, ["rag_why"]),
    ("enterprise_status", {"rag": "yellow", "texts": {"ent_summary": "接洽继续"}}, ["rag_why"]),
    ("enterprise_status", {"rag": "yellow", "texts": {"ent_summary": "The proxy slows enrolment."}}, ["rag_action"]),
    ("enterprise_status", {"rag": "yellow", "texts": {"ent_summary": "代理服务器拖慢了注册"}}, ["rag_action"]),
    ("enterprise_status", {"rag": "red", "texts": {"ent_summary": "The proxy slows enrolment; a fix is due."}}, []),
    ("enterprise_status", {"rag": "red", "texts": {"ent_summary": "代理服务器拖慢注册，预计六月修复"}}, []),
    ("enterprise_status", {"rag": "red", "texts": {"ent_summary": "The proxy slows it.", "ent_activities": "Fix"}}, []),
]


@pytest.mark.parametrize(("kind", "known", "codes"), OTHERS)
def test_the_other_types(kind, known, codes):
    assert look(Facts(note_type=kind, **known)) == codes


def test_a_summary_names_what_changed():
    known = {"next_action": "Call", "next_action_date": "2030-01-02", "next_action_owner": "Kim", "unlined": ("SPO",)}
    assert look(Facts(note_type="overall_status", is_exec_summary=True, **known)) == ["lines_missing"]
    assert look(Facts(note_type="overall_status", **known)) == []


COVID = {"carries": ("#covid",), "ruled": ("#covid",)}
PLACE = Place("#covid", "FM", ("engagement_management", "service_intent"))
CAMPAIGNS = [
    ({}, []),
    ({"lacks": ("#covid",)}, ["campaign_untagged"]),
    ({"lacks": ("#covid",), "pace": "pausing"}, []),
    ({"lacks": ("#covid",), "tech_status": "paused"}, []),
    ({"lacks": ("#covid",), "engagement": "on_hold"}, []),
    ({"lacks": ("#covid",), "texts": {"body": "The roll-out is on hold."}}, []),
    (COVID, []),
    ({**COVID, "texts": {"body": "The roll-out is on hold."}}, ["pause_words"]),
    ({**COVID, "texts": {"tech_summary": "客户暂停推广"}}, ["pause_words"]),
    ({**COVID, "texts": {"body": "The roll-out is unpaused."}}, []),
    ({"carries": ("#covid",), "texts": {"body": "The roll-out is on hold."}}, []),
    ({**COVID, "places": (PLACE,)}, ["campaign_place"]),
    ({**COVID, "places": (Place("#covid", "FM", ("service_intent",), recorded=True),)}, []),
]


@pytest.mark.parametrize(("known", "codes"), CAMPAIGNS)
def test_campaigns(known, codes):
    assert look(Facts(note_type="service_intent", **known)) == codes


@pytest.mark.parametrize(
    ("l1", "lacks"), [("in_progress", True), ("status_unknown", True), ("blocked", False), ("no_intent", False)]
)
def test_the_status_that_a_pausing_customer_is_given_wants_no_tag(l1, lacks):
    codes = look(Facts(note_type="entitlement_status", l1=l1, lacks=("#covid",), texts={"body": "It stops."}))
    assert ("campaign_untagged" in codes) is lacks


# --- Its sentences ----------------------------------------------------------------------------------------------------


def test_every_piece_has_its_reason_and_a_better_wording_said_in_the_readers_language():
    assert all(isinstance(words, Promise) for pair in LOOK.values() for words in pair if words is not None)
    assert all(isinstance(words, Promise) for words in [*DONE.values(), *EXAMPLES.values()])
    values = {"word": "yet", "codes": "SPO", "tag": "#covid", "role": "FM", "types": "Service Intent"}
    for code in LOOK:
        for l1 in EXAMPLES:
            piece = Advice(code, "body", values=values, l1=l1)
            assert piece.message.endswith(".")
            assert piece.better
            assert "%(" not in piece.message + piece.better
    assert len({str(words[0]) for words in LOOK.values()}) == len(LOOK)


def test_the_page_on_advice_tells_every_piece():
    assert sorted(bare(row[0]) for row in table("rules/advice.md", "Piece").rows) == sorted(LOOK)


def test_types_are_named_in_the_language_of_who_reads():
    (piece,) = [
        one for one in advise(Facts(note_type="overall_status", **COVID, places=(PLACE,))) if "place" in one.code
    ]
    assert "Engagement Management or Service Intent" in piece.message
    with translation.override("zh-hans"):
        assert "接洽管理" in piece.message
        assert "服务意向" in piece.message


# --- Any text ---------------------------------------------------------------------------------------------------------

ANY = st.text(max_size=200) | st.lists(
    st.sampled_from(
        [*"  .。:;\n-0aé客%", "yet ", "暂停", "目前", "no intent ", "two ", "call ", "risk", "because ", "\x00"]
    ),
    max_size=60,
).map("".join)


@given(
    text=ANY,
    kind=st.sampled_from([*(one.value for one in LIVE), "", "no such type"]),
    given_values=st.tuples(*[st.sampled_from(["", "blocked", "customer-unresponsive", "red", "first_party", "x"])] * 5),
)
def test_it_never_raises_and_says_each_piece_once(text, kind, given_values):
    l1, l2, rag, concern, pace = given_values
    facts = Facts(
        note_type=kind,
        texts={"body": text, "ent_summary": text},
        l1=l1,
        l2=l2,
        names=(text, "Migration"),
        rag=rag,
        concern_kind=concern,
        insight_id=text,
        next_action=text,
        pace=pace,
        carries=("#covid",),
        ruled=("#covid",),
        lacks=("#wfh",),
        same_at=("SPO",),
    )
    found = advise(facts)
    assert len({piece.code for piece in found}) == len(found)
    assert all(piece.message for piece in found)
    assert all(piece.better for piece in found if piece.level == Level.LOOK)


HOSTILE = [
    "yet ",
    ", yet",
    "1 ",
    "1 a ",
    "risk ",
    "no risk",
    "pause. ",
    "pause not ",
    "no intent to deploy ",
    "wants to ",
    "wants to slowly",
    "to A",
    "安排",
    "会议",
    "暂时",
    "目",
    ". ",
    "...x",
    ".",
    ": ",
    " ",
    "\n",
    "'a",
    "e.g.",
    "ﷺ",
    "\u0301",
    "call on 4 ma",
]


def steps(work):
    """How much Python it takes: calls and lines, which a slow machine does not change."""
    count = 0

    def tracer(_frame, _event, _argument):
        nonlocal count
        count += 1
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_is_about_twice_the_work(piece):
    def of(length):
        text = (piece * (length // len(piece) + 1))[:length]
        facts = Facts(note_type="entitlement_status", texts={"body": text}, l1="blocked", **COVID)
        return steps(lambda: advise(facts))

    assert of(8_000) < 2.6 * of(4_000)
