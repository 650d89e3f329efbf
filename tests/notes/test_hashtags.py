"""Hashtags (domain.md §7): what is one in a text, in the tag field, and what is left when it goes."""

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notes.hashtags import MAX_LENGTH, find, normalise, resolve, spans, split_field, untag

ALIASES = {"covid19": "covid", "covid-19": "covid"}

FOUND = [
    # plain, and where a name ends
    ("", []),
    ("no tag here", []),
    ("#covid", ["covid"]),
    ("#COVID19", ["covid19"]),
    ("#Covid-19", ["covid-19"]),
    ("#work_from-home", ["work_from-home"]),
    ("#covid.", ["covid"]),
    ("#covid's", ["covid"]),
    ("#covid- #wfh_ #x-_-", ["covid", "wfh", "x"]),
    ("#C++", ["c"]),
    ("#a", ["a"]),
    ("#covidiot", ["covidiot"]),
    ("#wfh, #covid\n#WFH", ["wfh", "covid"]),
    ("(#covid) [#wfh] \"#x\" '#y' -#z", ["covid", "wfh", "x", "y", "z"]),
    ("#covid/#wfh", ["covid", "wfh"]),
    ("#covid,#wfh;#x", ["covid", "wfh", "x"]),
    ("and/or/#wfh", ["wfh"]),
    ("e.g./#wfh v1.2/#x", ["wfh", "x"]),
    # full width
    ("＃covid", ["covid"]),
    ("＃ＣＯＶＩＤ－１９", ["covid-19"]),
    ("#ＣＯＶＩＤ＿１９＿", ["covid_19"]),
    # Chinese and other scripts
    ("因#covid而", ["covid"]),
    ("因＃covid而加速", ["covid"]),
    ("#疫情", ["疫情"]),
    ("因为#疫情，客户加速", ["疫情"]),
    ("#疫情-2020_ 后", ["疫情-2020"]),
    ("#疫情covid而", ["疫情covid而"]),
    ("#疫情#covid", ["疫情", "covid"]),
    ("#疫情#", ["疫情"]),
    ("①#covid", ["covid"]),
    ("#Élan #ЗИМА #हिन्दी #コロナ #코로나", ["élan", "зима", "हिन्दी", "コロナ", "코로나"]),
    ("か\u3099#covid", ["covid"]),
    ("❤\ufe0f#covid", ["covid"]),
    ("#caf\u00e9 #\u00df\u00e9 #\u0130x", ["caf", "\u00df\u00e9", "\u0130x"]),
    # digits
    ("#365day", ["365day"]),
    ("#365day而", ["365day"]),
    ("#5G网络", ["5g"]),
    ("#4512", []),
    ("#4512号", []),
    ("#４５１２", []),
    ("#2020-04-01 #1_0 #٣٤ #①", []),
    # hash signs that begin no tag
    ("#", []),
    ("##", []),
    ("##covid", []),
    ("#＃covid", []),
    ("＃#covid", []),
    ("###covid ####covid", []),
    ("因##covid", []),
    ("# covid", []),
    ("## Covid\ntext", []),
    ("#-covid #_covid #.covid #️⃣", []),
    ("C#", []),
    ("C# and F#", []),
    ("C#covid Ｃ#covid", []),
    ("a#b", []),
    ("\u00e9#b e\u0301#b д#b", []),
    ("1#covid ２#covid", []),
    ("_#x", []),
    ("&#covid &#8203; &#x200b;", []),
    ("#covid#wfh", ["covid"]),
    ("#a#b#c", ["a"]),
    # an URL's fragment
    ("https://x.y/page#covid", []),
    ("https://x.y/#covid", []),
    ("https://x.y/#ＣＯＶＩＤ", []),
    ("HTTPS://X.Y/＃covid", []),
    ("https://x.y/?a=1&b=#covid", []),
    ("https://x.y?#covid", []),
    ("https://x.y:8080/a.b/~c/#covid", []),
    ("http://localhost/#covid ftp://x.y/#covid", []),
    ("www.x.y/#covid WWW.x.y/#covid", []),
    ("example.com/#covid", []),
    ("example.com:8080/a/b/#covid example.com?#covid", []),
    ("见example.com/#covid", []),
    ("mailto:a@example.com?subject=#covid", []),
    ("(https://x.y/#covid)", []),
    ("[a](https://x.y/#covid)", []),
    ("<https://x.y/#covid>", []),
    ('href="https://x.y/#covid"', []),
    ("https://x.y/Name_(film)#covid https://x.y/Name_(film)/#covid", []),
    ("https://x.y/?to=(http://u.v/)#covid", []),
    ("https://zh.example.org/页面#covid", []),
    ("https://zh.example.org/wiki/页面/第2页#covid", []),
    ("https://例子.中国/#covid", []),
    ("https://x.y/##covid", []),
    # a tag near an URL
    ("https://x.y/a#b #covid", ["covid"]),
    ("https://x.y/ #covid\u3000https://x.y/\u3000#wfh", ["covid", "wfh"]),
    ("https://x.y/page,#covid", ["covid"]),
    ("https://x.y/;#a https://x.y/!#b 'https://x.y/'#c", ["a", "b", "c"]),
    ("(https://x.y/)#a [https://x.y/]#b {https://x.y/}#c", ["a", "b", "c"]),
    ("https://x.y/(#covid)", ["covid"]),
    ('<https://x.y/>#a "https://x.y/"#b |https://x.y/|#c', ["a", "b", "c"]),
    ("(https://x.y/a)/#covid", ["covid"]),
    ("https://x.y/#a,#covid", ["covid"]),
    ("https://x.y/#疫情#covid", ["covid"]),
    ("#covid,https://x.y/", ["covid"]),
    ("#covid,https://x.y/#a", ["covid"]),
    ("[#covid](https://x.y/#a)", ["covid"]),
    ("详见https://a.b/c，因#covid而", ["covid"]),
    ("详见https://a.b/c因#covid而", ["covid"]),
    ("https://a.b/页面,因#covid而", ["covid"]),
    ("https://a.b/，#covid（https://a.b/）#wfh", ["covid", "wfh"]),
    # length
    ("#" + "a" * MAX_LENGTH, ["a" * MAX_LENGTH]),
    ("#" + "a" * (MAX_LENGTH + 1), []),
    ("#" + "a" * MAX_LENGTH + "-_", ["a" * MAX_LENGTH]),
    ("#" + "疫" * MAX_LENGTH, ["疫" * MAX_LENGTH]),
    ("#" + "疫" * (MAX_LENGTH + 1) + " #covid", ["covid"]),
    ("#é" + "ß" * (MAX_LENGTH - 1), ["é" + "ß" * (MAX_LENGTH - 1)]),
]

NORMALISED = [
    ("covid", "covid"),
    ("#covid", "covid"),
    ("#Covid-19", "covid-19"),
    ("＃ＣＯＶＩＤ", "covid"),
    ("疫情", "疫情"),
    ("#疫情", "疫情"),
    ("365day", "365day"),
    ("ẞtraße", "ßtraße"),
    ("a" * MAX_LENGTH, "a" * MAX_LENGTH),
    ("#" + "a" * MAX_LENGTH, "a" * MAX_LENGTH),
    ("", None),
    ("#", None),
    ("C#", None),
    ("4512", None),
    ("#4512", None),
    ("4512号", None),
    ("##x", None),
    ("＃#x", None),
    ("a b", None),
    ("covid ", None),
    ("covid-", None),
    ("_covid", None),
    ("covid.", None),
    ("covid而", None),
    ("covid#wfh", None),
    ("a" * (MAX_LENGTH + 1), None),
    ("#" + "a" * (MAX_LENGTH + 1), None),
]

FIELDS = [
    ("", ([], [])),
    (" ,，、\u3000\n", ([], [])),
    ("covid", (["covid"], [])),
    ("#wfh Covid-19,＃ＣＯＶＩＤ，疫情、x\u3000y\tWFH", (["wfh", "covid-19", "covid", "疫情", "x", "y"], [])),
    ("covid, C#、##x，4512 covid-", (["covid"], ["C#", "##x", "4512", "covid-"])),
    ("covid#wfh a;b ＃", ([], ["covid#wfh", "a;b", "＃"])),
    ("#" + "a" * 101, ([], ["#" + "a" * 101])),
]

UNTAGGED = [
    ("Speed-up, #covid and #WFH.", ["covid"], "Speed-up, covid and #WFH."),
    ("因＃ＣＯＶＩＤ而", ["covid"], "因ＣＯＶＩＤ而"),
    ("#covid #Covid #covid19 #covidiot", ["covid", "covid19"], "covid Covid covid19 #covidiot"),
    ("##covid C#covid https://x.y/#covid # covid", ["covid"], "##covid C#covid https://x.y/#covid # covid"),
    ("#covid/#wfh", ["covid", "wfh"], "covid/wfh"),
    ("#covid", [], "#covid"),
    ("#covid", ["wfh"], "#covid"),
    # a word must not grow onto a tag that stays
    ("#疫情#covid", ["covid"], "#疫情 covid"),
    ("#wfh-#covid", ["covid"], "#wfh- covid"),
    ("#4512-#covid", ["covid"], "#4512- covid"),
    ("#疫情#covid", ["疫情"], "疫情#covid"),
    ("#疫情#covid", ["疫情", "covid"], "疫情covid"),
    ("#疫#情", ["疫情", "情"], "#疫 情"),
]

ADVERSARIAL = [
    ("hashes", "#", []),
    ("full-width and ASCII hashes", "＃#", []),
    ("tags", "#a", ["a"]),
    ("tags and spaces", "#a ", ["a"]),
    ("tags and dashes", "#a-", ["a"]),
    ("Chinese tags", "#疫", ["疫"]),
    ("hash after Chinese", "因#", ["因"]),
    ("schemes", "http://", []),
    ("scheme and hash", "http://#", []),
    ("URL and fragment", "http://x.y/#a", []),
    ("URL, comma, tag", "http://x.y/,#a ", ["a"]),
    ("slashes", "/", []),
    ("slash and hash", "/#", []),
    ("labels", "a.", []),
    ("hosts", "x.y/", []),
    ("long hosts", "x.yyyy", []),
    ("host and port", "x.yy:1", []),
    ("www", "www.", []),
    ("brackets", "(", []),
    ("closing brackets", "http://)", []),
    ("one ASCII run", "a", []),
    ("one Chinese run", "疫", []),
    ("dashes", "-", []),
    ("digits", "1", []),
    ("accents", "\u0301", []),
    ("accents and hashes", "\u0301#", []),
    ("spaces", " ", []),
    ("Chinese and Latin", "因a", []),
    ("commas", ",", []),
]


@pytest.mark.parametrize(("text", "names"), FOUND)
def test_find(text: str, names: list[str]) -> None:
    assert find(text) == names


def test_spans_give_the_place_of_each_tag() -> None:
    text = "a ＃Covid-19. 因#covid而 ##x https://x.y/#z #疫情-"
    assert list(spans(text)) == [(2, 11, "covid-19"), (14, 20, "covid"), (41, 44, "疫情")]


@pytest.mark.parametrize(("typed", "name"), NORMALISED)
def test_normalise(typed: str, name: str | None) -> None:
    assert normalise(typed) == name


@pytest.mark.parametrize(("typed", "expected"), FIELDS)
def test_split_field(typed: str, expected: tuple[list[str], list[str]]) -> None:
    assert split_field(typed) == expected


@pytest.mark.parametrize(("text", "names", "expected"), UNTAGGED)
def test_untag(text: str, names: list[str], expected: str) -> None:
    assert untag(text, names) == expected


def test_resolve_keeps_the_order_and_each_name_once() -> None:
    assert resolve(["wfh", "covid-19", "x", "covid19", "covid", "wfh"], ALIASES) == ["wfh", "covid", "x"]
    assert resolve([], ALIASES) == []


@pytest.mark.parametrize("text", ["#covid", "#COVID19", "#Covid-19", "＃covid", "因#covid而"])
def test_every_spelling_is_the_one_campaign(text: str) -> None:
    assert resolve(find(text), ALIASES) == ["covid"]


@pytest.mark.parametrize("typed", ["covid", "#covid", "COVID19", "Covid-19", "＃covid", "covid,#covid-19、COVID19"])
def test_every_spelling_in_the_field_is_the_one_campaign(typed: str) -> None:
    names, others = split_field(typed)
    assert (resolve(names, ALIASES), others) == (["covid"], [])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("##", []),
        ("##covid", []),
        ("C#", []),
        ("a#b", []),
        ("https://example.com/page#covid", []),
        ("#4512", []),
        ("#covidiot", ["covidiot"]),
    ],
)
def test_what_only_looks_like_the_campaign_is_not(text: str, names: list[str]) -> None:
    assert resolve(find(text), ALIASES) == names


@pytest.mark.parametrize(("piece", "names"), [case[1:] for case in ADVERSARIAL], ids=[case[0] for case in ADVERSARIAL])
def test_hostile_texts_of_any_length(piece: str, names: list[str]) -> None:
    text = piece * (100_000 // len(piece))
    assert find(text) == names
    assert find(untag(text, names)) == []
    assert normalise(text) is None
    split_field(text)


@pytest.mark.parametrize("head", ["#", "http://", "example.com/", "#疫"])
@pytest.mark.parametrize("body", ["a", "疫", "-", "/", ".aa", "(", ")", "\u0301"])
def test_a_hostile_run_after_a_start_and_before_a_tag(head: str, body: str) -> None:
    text = head + body * (100_000 // len(body)) + " #covid"
    assert find(text)[-1:] == ["covid"]


def test_every_letter_folds_to_a_name_that_stays() -> None:
    letters = [char for char in map(chr, range(sys.maxunicode + 1)) if not char == char.lower() == char.casefold()]
    assert len(letters) > 1000
    wrong = []
    for char in letters:
        # First in a name, within it, and last in the longest one.
        for typed in (char, char + "é", "疫" + char + "x", "é" * (MAX_LENGTH - 1) + char):
            name = normalise(typed)
            if name is not None and (normalise(name), find("#" + name), len(name)) != (name, [name], len(typed)):
                wrong.append(typed)
    assert wrong == []


CHARS = (
    "###＃abx疫情因而1２①-_－.,;:/?&=()[]{}<>\"'!@，。（）、éÉßİſ\u212aﬁς \u0301\ufe0f\u3000\n\u200b\u00a0\ud800\x00"
)
WORDS = ["##", "covid", "COVID", "ＣＯ", "4512", "हि", "://", "http://", "https://x.y/", "www.", ".com/", ":80/"]
PIECES = st.sampled_from([*CHARS, *WORDS])
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join))


@given(TEXTS)
def test_spans_are_in_range_in_order_and_begin_with_a_hash_sign(text: str) -> None:
    last = 0
    for start, end, name in spans(text):
        assert last <= start < end <= len(text)
        assert text[start] in "#＃"
        assert normalise(text[start:end]) == name
        assert 0 < len(name) <= MAX_LENGTH
        last = end


@given(TEXTS)
def test_find_is_the_names_of_the_spans(text: str) -> None:
    assert find(text) == list(dict.fromkeys(name for _, _, name in spans(text)))


@given(TEXTS)
def test_a_name_found_is_its_own_name_everywhere(text: str) -> None:
    names = find(text)
    assert [normalise(name) for name in names] == names
    assert [find("#" + name) for name in names] == [[name] for name in names]
    assert split_field(" ".join("#" + name for name in names)) == (names, [])
    assert split_field("、".join(names)) == (names, [])


@given(TEXTS)
def test_normalise_is_idempotent(text: str) -> None:
    name = normalise(text)
    assert name is None or normalise(name) == name


@given(TEXTS)
def test_split_field_loses_no_piece(text: str) -> None:
    names, others = split_field(text)
    assert [normalise(name) for name in names] == names
    assert {normalise(other) for other in others} <= {None}
    assert all(other in text for other in others)
    # Typed again with what it gave, the field gives the same.
    assert split_field(" ".join([*names, *others])) == (names, others)


@given(TEXTS)
@example("#1-#covid")
@example("https://x.y/,#a/http://u.v/#c/#c")
def test_untagged_of_all_it_holds_a_text_holds_none(text: str) -> None:
    names = find(text)
    assert find(untag(text, names)) == []
    assert untag(text, []) == text


@given(TEXTS, st.data())
@example("#疫#情", None)
def test_untag_takes_only_the_signs_of_the_names(text: str, data: st.DataObject | None) -> None:
    found = find(text)
    names = data.draw(st.sets(st.sampled_from(found))) if data and found else {"情", "疫情"}
    left = untag(text, names)
    assert not names & set(find(left))
    signs = {start for start, _, name in spans(text) if name in names}
    # Every other character stands; a sign is gone, or has become a space.
    at = 0
    for index, char in enumerate(text):
        if index in signs:
            follows = text[index + 1]
            at += left[at] == " " and follows != " "
        else:
            assert left[at] == char
            at += 1
    assert at == len(left)
