"""The Chinese catalogue: complete, compiled, of the sources as they are, in the playbook's own words (domain.md)."""

import ast
import gettext
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation.template import templatize

from accounts.roles import Role
from customers.choices import BusinessReason, EnterpriseReason, Priority, Scenario, SplitReason
from customers.status import L1
from notes import playbook
from notes.playbook import ConcernKind, Deployment, Engagement, Rag, TechnicalStatus
from notes.risks import EscalatedTo, RiskState, Severity
from notes.types import NoteType, Pace
from reports.periods import Period

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "customers", "notes", "reports", "ftstatus")
CATALOGUE = ROOT / "ftstatus/locale/zh_Hans/LC_MESSAGES/django.po"
STALE = "the catalogue is not of these sources: make messages, then translate"


class Message(NamedTuple):
    """What a catalogue looks a translation up by: plural forms share their singular's entry."""

    context: str
    singular: str


class Entry(NamedTuple):
    """One entry of the .po."""

    flags: str
    context: str
    singular: str
    plural: str
    translations: tuple[str, ...]

    @property
    def message(self) -> Message:
        return Message(self.context, self.singular)


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_entry(block: str) -> Entry:
    flags, keyword, words = "", "", dict[str, str]()
    for line in block.splitlines():
        if line.startswith("#"):
            flags += line if line.startswith("#,") else ""
            continue
        if not line.startswith('"'):
            keyword, line = line.split(" ", 1)
        words[keyword] = words.get(keyword, "") + ast.literal_eval(line)
    translations = tuple(text for keyword, text in words.items() if keyword.startswith("msgstr"))
    return Entry(flags, words.get("msgctxt", ""), words["msgid"], words.get("msgid_plural", ""), translations)


def read_po() -> list[Entry]:
    """Every entry, the header left out."""
    blocks = CATALOGUE.read_text(encoding="utf-8").strip().split("\n\n")
    return [read_entry(block) for block in blocks if not block.startswith("#~")][1:]


ENTRIES = read_po()


def literal(node: ast.AST) -> str | None:
    """The text of a string literal, None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


# Which arguments of a call are a message: the place of its context, if any, and of its singular.
CALLS = {
    "_": (None, 0),
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"), (None, 0)),
    **dict.fromkeys(("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"), (0, 1)),
}


def messages_of(code: str) -> Iterator[Message]:
    """The messages that Python code marks for translation."""
    for node in ast.walk(ast.parse(code)):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if name in CALLS:
            context, singular = (node.args[at] if at is not None else None for at in CALLS[name])
            text = literal(singular)
            # A variable is marked where its text stands.
            if text is not None:
                yield Message(literal(context) or "" if context is not None else "", text)


def calls_in(templatized: str) -> Iterator[str]:
    """The calls in what `templatize` makes of a template: Python in pieces, between blanked-out text."""
    string = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
    for found in re.finditer(rf"\b(?:n?p?gettext|_)\({string}(?:, {string})*(?:, ?count)?\)", templatized):
        yield found[0]


def sources() -> set[Message]:
    """Every message marked in the code and the templates, as makemessages finds them."""
    found: set[Message] = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            found.update(messages_of(path.read_text(encoding="utf-8")))
        for path in (*(ROOT / app).rglob("*.html"), *(ROOT / app).rglob("*.txt")):
            for call in calls_in(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
                found.update(messages_of(call))
    return found


# --- The catalogue ----------------------------------------------------------------------------------------------------


def test_every_message_has_its_chinese() -> None:
    without = [entry.singular for entry in ENTRIES if not entry.translations or not all(entry.translations)]
    assert without == []


def test_nothing_is_fuzzy_obsolete_or_there_twice() -> None:
    assert [entry.singular for entry in ENTRIES if "fuzzy" in entry.flags] == []
    assert "\n#~" not in CATALOGUE.read_text(encoding="utf-8")
    assert [message for message, times in Counter(entry.message for entry in ENTRIES).items() if times > 1] == []


def test_the_catalogue_is_of_these_sources() -> None:
    marked, translated = sources(), {entry.message for entry in ENTRIES}
    assert (marked - translated, translated - marked) == (set(), set()), STALE


def test_the_sources_are_found_in_every_form_they_are_written_in() -> None:
    code = '_("a"); gettext("b" "c"); ngettext("%(n)d d", "%(n)d ds", n); pgettext("verb", "Open"); x = f"{_(\'e\')}"'
    assert {*messages_of(code)} == {
        *(Message("", text) for text in ("a", "bc", "%(n)d d", "e")),
        Message("verb", "Open"),
    }
    template = (
        '{% translate "a" %}{% translate "Open" context "verb" %}{% include "x" with y=_("b") %}'
        "{% blocktranslate with who=y %}c {{ who }}{% endblocktranslate %}"
        "{% blocktranslate count n=z %}{{ n }} d{% plural %}{{ n }} ds{% endblocktranslate %}"
    )
    assert [next(messages_of(call)) for call in calls_in(templatize(template))] == [
        Message("", "a"),
        Message("verb", "Open"),
        Message("", "b"),
        Message("", "c %(who)s"),
        Message("", "%(n)s d"),
    ]


def test_the_compiled_catalogue_is_of_this_one() -> None:
    expected = {}
    for entry in ENTRIES:
        key = f"{entry.context}\x04{entry.singular}" if entry.context else entry.singular
        if entry.plural:
            expected |= {(key, form): text for form, text in enumerate(entry.translations)}
        else:
            expected[key] = entry.translations[0]
    with CATALOGUE.with_suffix(".mo").open("rb") as compiled:
        catalog = dict(gettext.GNUTranslations(compiled)._catalog)
    catalog.pop("")
    assert catalog == expected, "make messages"


def placeholders(text: str) -> list[str]:
    """What is filled in when the message is shown, in no order."""
    return sorted(re.findall(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}", text))


def test_a_translation_fills_in_what_its_message_does() -> None:
    # Chinese has one form for one and many: it says the number that the plural says.
    astray = [
        (entry.singular, entry.translations)
        for entry in ENTRIES
        if [placeholders(text) for text in entry.translations] != [placeholders(entry.plural or entry.singular)]
    ]
    assert astray == []


def test_a_translation_ends_as_its_message_does() -> None:
    """A sentence stays one, with the full stop of its language; a button with `…` still leads to a page."""
    ends = {".": "。", "?": "？", "…": "…"}
    astray = [
        (entry.singular, text)
        for entry in ENTRIES
        for text in entry.translations
        if entry.singular[-1] in ends and text[-1] != ends[entry.singular[-1]]
    ]
    assert astray == []


# --- The playbook's words ---------------------------------------------------------------------------------------------

# domain.md §1, §2, §4 and §5 give these; the guidance page in Chinese writes them so.
# Pairs, since members of two sets that share a value are equal as keys.
GIVEN = [
    (Role.FM, "FastTrack 经理"),
    (Role.ASME, "应用 SME"),
    (Role.FTA, "FastTrack 架构师"),
    (Role.GM, "Gateway 经理"),
    (NoteType.OVERALL_STATUS, "总体状态"),
    (NoteType.ENTITLEMENT_STATUS, "权益状态"),
    (NoteType.ENGAGEMENT_MANAGEMENT, "接洽管理"),
    (NoteType.SERVICE_INTENT, "服务意向"),
    (NoteType.TECHNICAL_ENABLEMENT, "技术启用"),
    (NoteType.ENTERPRISE_STATUS, "企业状态"),
    (L1.STATUS_UNKNOWN, "状态未知"),
    (L1.IN_PROGRESS, "进行中"),
    (L1.NO_INTENT, "无意向"),
    (L1.BLOCKED, "受阻"),
    (L1.DUPLICATE_INVALID, "重复/无效"),
    (Engagement.ON_HOLD, "保留"),
    (Engagement.REACTIVE, "反应"),
    (Engagement.FULLY_ENGAGED, "全面接洽"),
    (Deployment.NOT_DEPLOYED, "未部署"),
    (Deployment.PARTIALLY_DEPLOYED, "部分部署"),
    (Deployment.FULLY_DEPLOYED, "完全部署"),
    (TechnicalStatus.ON_TRACK, "进行中"),
    (TechnicalStatus.PAUSED, "已暂停"),
    (TechnicalStatus.PENDING_CUSTOMER, "等待客户反馈"),
    (TechnicalStatus.PENDING_FTC, "等待 FTC 或内部反馈"),
    # The Risks box reads these marks before a line.
    (Severity.HIGH, "高"),
    (Severity.MEDIUM, "中"),
    (Severity.LOW, "低"),
    (RiskState.ESCALATED, "已升级"),
]
# Codes that both languages write alike.
ALIKE = {EscalatedTo.RM, EscalatedTo.LT}

CHOICES = (
    *(Role, NoteType, L1, Engagement, Deployment, TechnicalStatus, ConcernKind, Rag, EnterpriseReason),
    *(Severity, RiskState, EscalatedTo, Pace, Priority, Scenario, SplitReason, BusinessReason, Period),
)


def chinese(text: Promise | str) -> str:
    with translation.override("zh-hans"):
        return str(text)


def name_of(member: TextChoices) -> str:
    return f"{type(member).__name__}.{member}"


@pytest.mark.parametrize(("member", "label"), GIVEN, ids=[name_of(member) for member, _label in GIVEN])
def test_a_label_that_the_domain_gives_reads_exactly_so(member: TextChoices, label: str) -> None:
    assert chinese(member.label) == label


@pytest.mark.parametrize("member", [m for choices in CHOICES for m in choices], ids=name_of)
def test_every_label_is_in_chinese(member: TextChoices) -> None:
    has_chinese = re.search("[\u4e00-\u9fff]", chinese(member.label)) is not None
    assert has_chinese is (name_of(member) not in {name_of(code) for code in ALIKE})


@pytest.mark.parametrize(
    "choices", [Engagement, Deployment, TechnicalStatus, ConcernKind, Rag, EnterpriseReason], ids=lambda c: c.__name__
)
def test_the_form_offers_the_values_that_a_chinese_template_holds(choices: type[TextChoices]) -> None:
    offered = {member.value: chinese(member.label) for member in choices}
    assert offered == dict(playbook.choice_labels(choices, "zh-hans"))


@pytest.mark.parametrize("template", playbook.TEMPLATES.values(), ids=lambda template: template.key)
def test_a_form_is_labelled_as_a_chinese_template_is(template: playbook.Template) -> None:
    labelled = {section.field: chinese(section.label) for section in template.written}
    assert (chinese(template.title), labelled) == playbook.labels(template, "zh-hans")


@pytest.mark.parametrize("template", playbook.TEMPLATES.values(), ids=lambda template: template.key)
def test_a_hint_reads_as_it_does_in_a_chinese_template(template: playbook.Template) -> None:
    hints = {section.field: chinese(section.hint) for section in template.sections}
    assert hints == {section.field: section.hint_zh for section in template.sections}


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("Executive Summary", "执行摘要"),
        ("Risks", "风险"),
        ("Next action", "下一行动"),
        ("entitlement", "权益"),
        ("workload", "工作负载"),
        ("hashtag", "主题标签"),
        ("note", "笔记"),
        ("customer", "客户"),
        ("Partner", "合作伙伴"),
        ("the account team", "客户团队"),
        # Django's own pages say them too; ours and its must agree, and the playbook's page says 主页.
        ("Home", "主页"),
        ("Save", "保存"),
        ("Log out", "注销"),
    ],
)
def test_a_word_of_the_domain_is_always_the_same(english: str, expected: str) -> None:
    with translation.override("zh-hans"):
        assert translation.gettext(english) == expected
