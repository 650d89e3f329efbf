"""What holds for any text pasted into any template, in either language (domain.md §4).

The profile `thorough` (`--hypothesis-profile=thorough`) tries 2,000 examples of each.
"""

import datetime as dt
import re
import string
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes.pasting import Pasted, parse
from notes.playbook import TEMPLATES, Template, choice_names, labels, render
from notes.workload_lines import WORKLOAD_NAMES

LANGUAGES = ("en", "zh-hans")
EVERY = [(template, language) for template in TEMPLATES.values() for language in LANGUAGES]
EVERY_ID = [f"{template.key}-{language}" for template, language in EVERY]
each_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)

# --- Any text at all --------------------------------------------------------------------------------------------------

MARKS = (
    " \t\u00a0\u3000\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
    "-‐‑‒–—―─−－﹣⁃*•·∙‣◦▪▫●○■□◆◇►▶➢➤・\uf0a7\uf0b7\uf0d8_#>→+&=|\\/∕⁄／＊＿＃＞＋＆｜＼~～"
    ":：︰﹕∶꞉()（）[]【】〔〕［］.．。,，、;；!！…\"'“”‘’「」＂＇"
)


def words_of(template: Template) -> list[str]:
    """Every word that the template itself knows: its titles, labels, hints and values, and the workloads."""
    return [
        *template.title_aliases,
        *(labels(template, language)[0] for language in LANGUAGES),
        *(label for language in LANGUAGES for label in labels(template, language)[1].values()),
        *(alias for section in template.written for alias in section.aliases),
        *(name for section in template.written if section.choices for name, _value in choice_names(section.choices)),
        *(name for names in WORKLOAD_NAMES for name in names),
        *(f"[{code}]" for code, _name, _name_zh in WORKLOAD_NAMES),
        "(e.g. industry/structure)",
        "(删除当前未讨论的工作负载)",
        *("April 30, 2019", "2019 年 4 月 30 日", "04/05/2019", "by", "于", "星期二", "（周二）前"),
        *("FTC Insight ID 4821", "Insight ID pending", "见解 ID：待定"),
        *("none", "无", "Regards,", "谢谢", "##", "high:"),
    ]


def own(template: Template) -> set[str]:
    """What the parser may take away: marks, numbers before a label, and the letters of its labels, hints and values."""
    letters = set("".join(words_of(template)).casefold()) | set(MARKS) | set(string.digits + string.ascii_lowercase)
    return letters | set(
        "或和到至与及日号例如比如一二三四五六七八九十①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳０１２３４５６７８９计划预计定于最迟不晚在之以前期周"
    )


def pieces(template: Template) -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(words_of(template)),
        st.sampled_from([*MARKS, ": ", " - ", "- ", "**", "1. ", "\n", "\n", "\n\n", "\r\n", "\n   - "]),
        st.text(),
    )


def kept(pasted: Pasted, template: Template) -> str:
    """Every character of the text that is still there: the values that are stored as codes are not text."""
    coded = {section.field for section in template.written if section.kind in ("choice", "date", "workloads")}
    return "".join(value for name, value in pasted.values.items() if name not in coded) + pasted.rest


@each_template
@given(st.data())
def test_nothing_is_lost_and_nothing_invented(template, data):
    text = "".join(data.draw(st.lists(pieces(template), max_size=40)))
    nothing_lost(template, text)


@each_template
@pytest.mark.parametrize(
    "text",
    [
        *(
            "接洽状态 (x): On Hold (y) z",
            "> 描述客户: a\n>b\n> > c",
            "状态（é）：进行中（ü） ñ",
            "[EXO] 状态: ß\n[SPO] 摘要: ø",
        ),
        *(
            "问题：é，见解 ID 12",
            "NEXT UPDATE: é by 2019-04-30 ü",
            "NEXT ACTION: é\n\nü",
            "RISKS:\n- é\n  ü\nnone",
            "[EXO] é",
        ),
        "NEXT ACTION: " + "é " * 600,
    ],
)
def test_nothing_is_lost_from_what_once_was_or_might_be(template, text):
    nothing_lost(template, text)


def nothing_lost(template: Template, text: str) -> None:
    """Each character that is no mark and in no word of the template's own is there as often as before."""
    pasted = parse(template, text)
    mine = own(template)
    before = Counter(char for char in text if not char.isspace())
    after = Counter(char for char in kept(pasted, template) if not char.isspace())
    # A statement in words stands in its text and as its value: "Insight ID 4821".
    foreign = {char for char in before if not set(char.casefold()) & mine and not set(char.lower()) & mine}
    assert {char: after[char] for char in foreign} == {char: before[char] for char in foreign}
    stated = Counter(pasted.values.get("tech_insight_id", ""))
    assert set(after - before - stated) <= {":"}  # the colon after a label that stays with its words
    assert all(map(str, pasted.problems))


LEADS = st.sampled_from(["", "- ", "• ", "**", "1. ", "  * ", "> ", "### ", "　", "[EXO] "])
ENDS = st.sampled_from(
    [": ", "：", " - ", " – ", "——", " (x): ", "\n", ":\n\n  ", " (e.g. size): ", "**: ", ":** ", "\t"]
)
VALUES = st.sampled_from(
    [
        *("", "On Hold ", "Reactive, ", "全面接洽，", "Not Deployed (", "未部署/部分部署 ", "[EXO] ", "(e.g. size) "),
        *(
            "On track - ",
            "进行中——",
            "等待客户反馈，",
            "Pending FTC feedback: ",
            "1st party - ",
            "第一方——",
            "Security; ",
        ),
        *(
            "Yellow ",
            "红/黄 ",
            "G - ",
            ">50k, ",
            "IT 成熟度 ",
            "by April 30, 2019 ",
            "2019 年 4 月 30 日 ",
            "5/4/2019 ",
        ),
        *("Insight ID 12 ", "none\n\n", "Regards,\n\n", "high: ", "EXO, Teams ", "## "),
    ]
)


@st.composite
def documents(draw, template):
    """Lines of labels, values and marks, each with one numbered word, and how many words there are."""
    lines = []
    for number in range(draw(st.integers(1, 25))):
        label = draw(st.sampled_from([*words_of(template), "", ""]))
        lines.append(draw(LEADS) + label + (draw(ENDS) if label else "") + draw(VALUES) + f"qz{number}zq")
        if draw(st.booleans()):
            lines.append("")
    return "\n".join(lines)


@each_template
@given(st.data())
def test_every_word_that_is_no_label_is_kept_once(template, data):
    text = data.draw(documents(template))
    found = Counter(re.findall(r"qz\d+zq", kept(parse(template, text), template)))
    assert found == Counter(re.findall(r"qz\d+zq", text))


# --- What a template writes -------------------------------------------------------------------------------------------


def letters(text: str) -> str:
    """A text's letters and digits alone, in lower case and of normal width."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


NAMES = {
    letters(name)
    for template in TEMPLATES.values()
    for section in template.written
    for name in (section.zh, *section.aliases, section.hint_zh, *section.other_hints)
} | {letters(label) for template in TEMPLATES.values() for label in labels(template, "en")[1].values()}
NAMES |= {"exec", "technicalenablement", "enterprisestatus", "执行摘要", "技术启用", "企业状态"}
NAMES |= {"eg", "forexample", "suchas", "例如", "比如"}


def plain(line: str) -> bool:
    """Whether a line can be nothing but text: no label, title or hint in it, and no heading."""
    return not line.lstrip().startswith(("#", "＃", ">")) and not any(name in letters(line) for name in NAMES - {""})


# Words that the parser takes to say something, of which a section may consist all the same.
SAYING = [
    *("none", "None.", "无", "Regards,", "Thanks", "谢谢", "[EXO]", "[OLM+INTUNE] x", "CORE", "high: x", "1. a", "- a"),
    *("1st party - crash", "Business", "Security: no", "[Funding]", "第一方——崩溃", "安全", "Business / Security - x"),
    *(
        "on 2019-04-30",
        "April 30, 2019",
        "2019 年 4 月 30 日",
        "04/05/2019",
        "5 月 6 日",
        "On track - x",
        "Yellow",
        "G",
    ),
    *("tbd", "pending", "待定", "x ## y", "Monday"),
]
LINE = st.one_of(
    st.text(
        st.one_of(
            st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")),
            st.sampled_from("状态问题摘要statuson -–—：:*_()（）[]【】•.1、/红保留"),
        ),
        max_size=30,
    ),
    st.sampled_from(SAYING),
).filter(plain)
SHORT = LINE.map(str.strip).filter(bool)
PROSE = st.lists(LINE, min_size=1, max_size=6).map(lambda lines: "\n".join(lines).strip()).filter(bool)
STATUS = LINE.filter(lambda line: any(char.isalnum() for char in line)).map(str.strip)
WORKLOAD = st.tuples(st.sampled_from(WORKLOAD_NAMES), STATUS).map(
    lambda pair: f"[{pair[0][0]}] {pair[0][1]} - {pair[1]}; next"
)
CONTINUATION = SHORT.map(lambda line: f"then {line}")
WORKLOADS = st.tuples(WORKLOAD, st.lists(WORKLOAD | CONTINUATION)).map(lambda lines: "\n".join([lines[0], *lines[1]]))
AFFECTED = st.lists(st.sampled_from(WORKLOAD_NAMES), min_size=1, unique=True).map(
    lambda names: f"[{'+'.join(code for code, *_names in names)}]"
)
RISKS = st.lists(STATUS, min_size=1, max_size=4).map("\n".join)
KINDS = {
    "text": PROSE,
    "short": SHORT,
    "line": SHORT.map(lambda line: " ".join(line.split())),
    "lines": WORKLOADS,
    "risks": RISKS,
    "workloads": AFFECTED,
    "date": st.dates().map(dt.date.isoformat),
}


def values_of(template: Template) -> st.SearchStrategy[dict[str, str]]:
    """Any filling of a template's sections and of what stands beside them, in its order."""
    return st.fixed_dictionaries(
        {},
        optional={
            section.field: st.sampled_from(section.choices.values) if section.choices else KINDS[section.kind]
            for section in template.written
        },
    )


@pytest.mark.parametrize(("template", "language"), EVERY, ids=EVERY_ID)
@given(st.data())
def test_what_is_rendered_reads_back(template, language, data):
    values = data.draw(values_of(template))
    assert parse(template, render(template, values, language)) == Pasted(values, "", ())


@pytest.mark.parametrize(("template", "language"), EVERY, ids=EVERY_ID)
@given(st.data())
def test_what_was_pasted_reads_back_once_more(template, language, data):
    """What is read from any text, written again, is read the same: a second paste changes nothing."""
    text = data.draw(documents(template))
    values = parse(template, text).values
    again = parse(template, render(template, values, language)).values
    assert parse(template, render(template, again, language)).values == again


# --- Hostile texts ----------------------------------------------------------------------------------------------------

LONG = 25_000
UNITS = [
    *("[", "*", "-", "_", ":", "(", "()", " ", "　", "#", ">", "> ", "•", "1.", "[EXO]", "[EXO] **", "(e.g. "),
    *(
        "\n",
        "- \n",
        "[EXO]\n",
        "支持请求\n(",
        "接洽状态: x\n",
        "EXEC ",
        "描述 ",
        "DESCRIBE THE CUSTOMER:",
        "on hold / ",
    ),
    *(
        "STATUS: On track - ",
        "1st party / ",
        "2019-04-30 ",
        "April 30 ",
        "30 - ",
        "4 月 ",
        "FTC Insight ",
        "Insight ID 1 ",
    ),
    *("by on ", "[EXO] STATUS: x\n", "\n\n[EXO]\nx", "EXO, ", "none\n\n", "Thanks,\n\n", "红/"),
]
STARTS = {
    "executive_summary": ["", "接洽状态: ", "KEY WORKLOADS:\n", "支持请求: (", "RISKS:\n"],
    "technical_enablement": [
        *("", "STATUS: On", "NEXT ACTION: ", "CONCERNS: ", "CONCERNS: Business", "CONCERNS: none\n\n", "RISKS:\n"),
        *("AFFECTED WORKLOADS: ", "[EXO]", "NEXT ACTION DATE: 2019-04-30"),
    ],
    "enterprise_status": ["", "STATUS: G", "NEXT UPDATE: 1", "NEXT UPDATE: 2019-04-30", "EXECUTIVE SUMMARY: "],
}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    ("key", "start"), [(key, start) for key, starts in STARTS.items() for start in starts], ids=lambda text: repr(text)
)
def test_hostile_text_is_read_to_its_end(key, start, unit):
    # A step that looked again at what it had read would keep this running for minutes or hours.
    template = TEMPLATES[key]
    for end in ("", " [EXO] x", " 描述客户 !"):
        text = (start + unit * LONG)[:LONG] + f"{end}\n\nEXEC SUMMARY\n\n接洽状态 (1):\nPUBLIC/BRAND NAME: zebra"
        assert "zebra" in kept(parse(template, text), template)
