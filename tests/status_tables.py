"""The rules of domain.md §5 as tables; each row holds at every door (tests/notes/test_status_doors.py)."""

import datetime as dt

DAY, LATER = dt.date(2030, 6, 1), dt.date(2030, 9, 1)

# A legal L2 of each L1 ("" where it has none), and one of another L1.
L2 = {
    "status_unknown": "customer-unresponsive",
    "in_progress": "migration",
    "no_intent": "executive-sponsorship",
    "blocked": "legal-regulatory",
    "duplicate_invalid": "",
}
FOREIGN_L2 = {
    "status_unknown": "migration",
    "in_progress": "legal-regulatory",
    "no_intent": "app-compatibility",
    "blocked": "using-competitive-solution",
    "duplicate_invalid": "customer-unresponsive",
}

# From each status to each, with its reason and no date: the fields that are wrong. `blocked, from progress` is Blocked
# that came from In Progress, however often its why was renewed since.
_TO_PROGRESS = {"in_progress": ["target_date"]}
_PLAIN = {"status_unknown": [], **_TO_PROGRESS, "no_intent": [], "blocked": [], "duplicate_invalid": []}
_FROM_PROGRESS = {**_PLAIN, "blocked": ["unblock_date"]}
BARE_MOVES = {
    "status_unknown": _PLAIN,
    "in_progress": _FROM_PROGRESS,
    "no_intent": _PLAIN,
    "blocked": _PLAIN,
    "blocked, from progress": _FROM_PROGRESS,
    "duplicate_invalid": _PLAIN,
}

# What reason each L1 takes: (L1, L2, L3, wrong). `retired` and the details are made by the test.
REASONS = {
    **{f"{l1} with its own": (l1, own, "", []) for l1, own in L2.items()},
    **{f"{l1} with another's": (l1, other, "", ["l2"]) for l1, other in FOREIGN_L2.items()},
    **{f"{l1} without": (l1, "", "", ["l2"] if own else []) for l1, own in L2.items()},
    "a reason that is none": ("blocked", "weather", "", ["l2"]),
    "a retired reason": ("blocked", "retired", "", ["l2"]),
    "a detail as reason": ("in_progress", "cutover", "", ["l2"]),
    "a detail under its reason": ("in_progress", "migration", "cutover", []),
    "a detail of another reason": ("in_progress", "solution-or-user-adoption", "cutover", ["l3"]),
    "a detail under no reason": ("duplicate_invalid", "", "cutover", ["l3"]),
    "a detail that is none": ("in_progress", "migration", "weather", ["l3"]),
    "a retired detail": ("in_progress", "migration", "old-cutover", ["l3"]),
}

# Dates beside a status that stands: (status, dates as they would become, wrong).
_STARTS = {"engagement_start_date": DAY}
DATES = {
    "progress keeps its target": ("in_progress", {"target_date": LATER}, []),
    "progress loses its target": ("in_progress", {"target_date": None}, ["target_date"]),
    "imported progress without a target": ("in_progress, imported", {"target_date": None}, []),
    "progress starts": ("in_progress", {"target_date": DAY, **_STARTS}, []),
    "unknown starts": ("status_unknown", _STARTS, ["engagement_start_date"]),
    "no intent starts": ("no_intent", _STARTS, ["engagement_start_date"]),
    "blocked starts": ("blocked", _STARTS, ["engagement_start_date"]),
    "duplicate starts": ("duplicate_invalid", _STARTS, ["engagement_start_date"]),
    "blocked without a date": ("blocked", {"unblock_date": None}, []),
    "blocked with a date": ("blocked", {"unblock_date": DAY}, []),
    "blocked from progress loses its date": ("blocked, from progress", {"unblock_date": None}, ["unblock_date"]),
    "blocked from progress moves its date": ("blocked, from progress", {"unblock_date": LATER}, []),
    "unknown with a target": ("status_unknown", {"target_date": DAY}, []),
}

# A row of a workload beside others: (the others, the row, wrong).
UNSPLIT = {"split_reason": "", "split_label": ""}
GERMANY = {"split_reason": "geographies", "split_label": "Germany"}
DUPLICATED = {"split_reason": "duplicated_licences", "split_label": "EA 2"}
SPLITS = {
    "the only row": ([], UNSPLIT, []),
    "a second row": ([UNSPLIT], UNSPLIT, ["split_reason"]),
    "a split row beside the whole": ([UNSPLIT], GERMANY, []),
    "two split rows": ([GERMANY], {"split_reason": "operating_companies", "split_label": "Subsidiary"}, []),
    "the same label twice": ([GERMANY], GERMANY, ["split_label"]),
    "a reason without a label": ([], {**GERMANY, "split_label": ""}, ["split_label"]),
    "a label without a reason": ([], {**GERMANY, "split_reason": ""}, ["split_reason"]),
    "another reason": ([], {**GERMANY, "split_reason": "because"}, ["split_reason"]),
    "duplicated licences": ([], DUPLICATED, ["split_reason"]),
}
APPROVED = {**DUPLICATED, "split_approved": True}

# Who may: write the status note; change and add entitlements; change a start date that stands; approve a split.
WRITES_STATUS = {"fm", "sme", "frp", "admin"}
SERVES = {"fm", "frp", "gm", "pa", "admin"}
MOVES_START = {"fm", "frp", "admin"}
APPROVES = {"pa", "admin"}
EVERYBODY = ("fm", "fe", "sme", "asme", "gmfta", "mvm", "fta", "gm", "rm", "lt", "frp", "pa", "nobody", "admin")
