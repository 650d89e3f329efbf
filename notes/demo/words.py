"""The shape of a language's word material: the files `words_….toml` fill it, `texts` builds notes from it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Patterns = Sequence[str]
NUMBERS = {"n": range(20, 900), "pct": range(12, 96), "weeks": range(2, 9), "few": range(2, 6)}


@dataclass(frozen=True)
class Words:
    """Sentence patterns by what they are for. `{slot}` stands for one of `slots[slot]`, drawn anew each time (numbers
    from `NUMBERS`); `{w}` for the workload's name, `{customer}` for the customer's.
    """

    joint: str  # between two sentences
    slots: Mapping[str, Sequence[object]]
    workloads: Mapping[str, str]
    overall: Patterns
    actions: Patterns
    owners: Patterns
    engagement: Mapping[str, Patterns]  # by pace
    intent: Mapping[str, Patterns]  # by pace
    tech_status: Mapping[str, Patterns]
    tech_summary: Patterns
    concerns: Mapping[str, Patterns]  # by kind
    ent_summary: Mapping[str, Patterns]  # by RAG
    ent_overview: Patterns
    ent_activities: Patterns
    ent_awareness: Patterns
    exec_customer: Patterns
    exec_relationship: Patterns
    exec_line: Patterns
    exec_support: Patterns
    why: Mapping[str, Patterns]  # by L2 slug; "" for Duplicate/Invalid
    retired: Patterns
    covid: Patterns  # each carries the campaign's tag or one of its aliases
    tagged: Mapping[str, Patterns]  # other hashtags, by name
    risks: Patterns
    risk_marks: Mapping[str, str]  # how a line of the Risks box begins, by severity
    mitigation: Patterns
    steps: Mapping[str, Patterns]  # by the state a risk goes to
    withdrawn: Patterns
    asked: Patterns
    split: Sequence[Sequence[str]]


@cache
def words_of(chinese: bool) -> Words:
    """The word material of a language."""
    file = Path(__file__).with_name("words_zh.toml" if chinese else "words_en.toml")
    material: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    return Words(**material | {"slots": {**material["slots"], **NUMBERS}})
