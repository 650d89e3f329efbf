"""Three states held against each other: what was changed is never lost without being shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.merging import Whose, compare, joined, whose

NAMES = ["a", "b", "c", "d"]
states = st.fixed_dictionaries({name: st.integers(0, 2) for name in NAMES})


def merged(opened, theirs, mine):
    """What the form would hold, and what the page would ask."""
    found = compare(opened, theirs, mine, NAMES)
    holds = {name: theirs[name] if by is Whose.THEIRS else mine[name] for name, by in found.items()}
    return holds, {name for name, by in found.items() if by is Whose.BOTH}


@given(opened=st.none() | states | states.map(lambda state: {"a": state["a"]}), theirs=states, mine=states)
def test_no_changed_value_is_lost_unseen(opened, theirs, mine):
    holds, asked = merged(opened, theirs, mine)
    for name in NAMES:
        stood = (opened or {}).get(name)
        if name in asked:
            assert holds[name] == mine[name] != theirs[name]
            continue
        # Not asked: what either changed stands, and where both did, they did the same.
        if theirs[name] != stood:
            assert holds[name] == theirs[name]
        if mine[name] != stood:
            assert holds[name] == mine[name]


@given(opened=states, theirs=states)
def test_who_touched_nothing_is_asked_nothing(opened, theirs):
    assert merged(opened, theirs, opened) == (theirs, set())
    assert merged(opened, opened, theirs) == (theirs, set())


@pytest.mark.parametrize(
    ("opened", "theirs", "mine", "by"),
    [
        (1, 1, 1, Whose.NOBODY), (1, 2, 2, Whose.NOBODY), (1, 2, 1, Whose.THEIRS), (1, 1, 2, Whose.MINE),
        (1, 2, 3, Whose.BOTH), ("", None, "", Whose.THEIRS),
    ],
)  # fmt: skip
def test_who_changed_a_value(opened, theirs, mine, by):
    assert whose(opened, theirs, mine) is by
    assert whose(None, theirs, mine, known=False) is (Whose.NOBODY if theirs == mine else Whose.BOTH)


@given(theirs=st.text(), mine=st.text())
def test_both_texts_as_one_hold_both(theirs, mine):
    whole = joined(theirs, mine, "\n\n")
    assert theirs in whole
    assert mine in whole
