"""Differences between texts: nothing lost, nothing made up, words told apart, and never more work than the budget."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.differences import BUDGET, MOST_PIECES, Differ, Piece, shortened


def marked(pieces):
    marks = {"same": "{}", "del": "[-{}-]", "ins": "{{+{}+}}"}
    return "".join(marks[piece.sort].format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("The plan stands.", "The plan stands.", "The plan stands."),
        ("The plan stands.", "The plan fell.", "The plan [-stands-]{+fell+}."),
        ("one two three", "one three", "one [-two -]three"),
        ("one three", "one two three", "one {+two +}three"),
        ("old mail moves", "new mail moves", "[-old-]{+new+} mail moves"),
        ("", "All new.", "{+All new.+}"),
        ("All gone.", "", "[-All gone.-]"),
        ("first\nsecond\nthird\n", "first\nthird\nfourth\n", "first\n[-second\n-]third\n{+fourth\n+}"),
        # Chinese has no spaces: each character is a word.
        ("因疫情而加速部署。", "因疫情而暂停部署。", "因疫情而[-加速-]{+暂停+}部署。"),
        # Each stretch by itself, on either side of a line that stands.
        ("a b\nkept\nc d", "a x\nkept\ny d", "a [-b-]{+x+}\nkept\n[-c-]{+y+} d"),
        ("<b>bold</b>", "<i>bold</i>", "<[-b-]{+i+}>bold</[-b-]{+i+}>"),
    ],
)
def test_words(old, new, told):
    assert marked(Differ().pieces(old, new)) == told


def joined(pieces, *sorts):
    return "".join(piece.text for piece in pieces if piece.sort in sorts)


TEXTS = st.text(alphabet=" \n\t.!。，；<a>bé中文字x-_#1\u3000\x85", max_size=200) | st.text(max_size=80)


@given(TEXTS, TEXTS)
def test_nothing_is_lost_and_nothing_made_up(old, new):
    pieces = Differ().pieces(old, new)
    assert (joined(pieces, "same", "del"), joined(pieces, "same", "ins")) == (old, new)
    assert all(piece.text for piece in pieces)
    assert all(one.sort != other.sort for one, other in pairwise(pieces))


@given(TEXTS)
def test_what_did_not_change_has_no_differences(text):
    assert Differ().pieces(text, text) == ([Piece("same", text)] if text else [])


HOSTILE = {
    "one word, again and again": ("x " * 10_000, "x y " * 5_000),
    "every other word": (
        " ".join(f"x a{n}" for n in range(3_000)),
        " ".join(f"x b{n}" for n in range(3_000)),
    ),
    "every other line": (
        "\n".join(f"x a{n}" if n % 2 else "kept" for n in range(4_000)),
        "\n".join(f"x b{n}" if n % 2 else "kept" for n in range(4_000)),
    ),
    "blocks just under the limit": (
        "\nkept\n".join(" ".join(f"x a{n}" for n in range(95)) for _ in range(40)),
        "\nkept\n".join(" ".join(f"x b{n}" for n in range(95)) for _ in range(40)),
    ),
    "no space": ("中" * 20_000, "文中" * 10_000),
}


@pytest.mark.parametrize("texts", HOSTILE.values(), ids=HOSTILE)
def test_no_text_costs_more_than_the_budget(texts):
    """A whole page of such texts, and still each is told in full."""
    old, new = texts
    differ = Differ()
    for _ in range(50):
        pieces = differ.pieces(old, new)
        assert (joined(pieces, "same", "del"), joined(pieces, "same", "ins")) == (old, new)
    # The last step that was begun may go over, by itself alone.
    assert BUDGET - differ.budget <= BUDGET + MOST_PIECES**2


def test_without_budget_the_whole_old_and_new():
    assert marked(Differ(budget=0).pieces("kept a kept", "kept b kept")) == "[-kept a kept-]{+kept b kept+}"


def test_a_long_text_is_told_around_its_changes():
    same = "".join(f"{n:05} " for n in range(100))
    pieces = shortened(Differ().pieces(f"{same}old {same}old {same}", f"{same}new {same}new {same}"))
    assert [piece.sort for piece in pieces] == ["same", "del", "ins", "same", "del", "ins", "same"]
    assert [piece.text for piece in pieces if piece.sort != "same"] == ["old", "new"] * 2
    first, middle, last = (piece.text for piece in pieces if piece.sort == "same")
    assert first == " … " + same[-100:]
    assert middle == " " + same[:99] + " … " + same[-100:]
    assert last == " " + same[:99] + " … "
    short = [Piece("same", "x" * 300), Piece("ins", "y" * 900)]
    assert shortened(short) == short
