"""An invalid value or an unknown parameter: a message and no rows on the page, 400 for the file, never everything."""

from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from tests import builders
from tests.reports.reading import COVID, LISTS, NOTES, RISKS, complaints, csv_ids, file_of, ids_in

pytestmark = pytest.mark.django_db

# What the message calls a parameter, where it is not by its name.
SAID = {"ordering": "ordered", "columns": "column"}

EVERYWHERE = {
    "region": ["emea", "NOWHERE", "EMEA,APAC", "1", "*"],
    "customer": ["0", "-1", "999999", "9" * 18, "9" * 40, "1.0", "x", "１", "²", "1 OR 1=1"],
    "partner": ["0", "-1", "999999", "9" * 40, "x"],
    "priority": ["High", "urgent", "1"],
    "workload": ["exo", "NONE", "EXO,OLM"],
    "owner": ["nobody-here", "LT ", "1", "'"],
    "ordering": ["-", "--customer", "text", "customer__name", "body", "?", "customer,region"],
    "page": ["0", "-1", "1.5", "x", "9" * 10, "9" * 400, "２", "last"],
    "per_page": ["0", "201", "-1", "x", "100000000000"],
    "columns": ["text", "customer__partner__name", "sections"],
    "format": ["pdf", "CSV", "json"],
    "count": ["all", "1"],
    "period": ["this_year", "This_Week", "7", "last_7_days,today"],
    "q": ["x" * 201],
}
OF_NOTES = EVERYWHERE | {
    "type": ["Overall Status", "note", "overall-status"],
    "role": ["fm", "XX", "fastTrack"],
    "author": ["nobody-here", "-"],
    "tag": ["C#", "4512", "a b", "##covid", "covid,other", "x" * 200],
    "created_after": ["2026-13-01", "2026-02-30", "yesterday", "2026-3-1", "01/02/2026", "0000-00-00", "9999-12-31",
                      "0001-01-01", "2026-03-01T00:00", "20260301"],
    "created_before": ["2026-13-01", "9999-12-31", "0001-01-01", "tomorrow"],
    "engagement": ["On Hold", "hold", "true"],
    "deployment": ["deployed", "none"],
    "rag": ["Red", "amber", "RYG"],
    "summary": ["0", "true", "yes", "2"],
}  # fmt: skip
OF_RISKS = EVERYWHERE | {
    "state": ["closed", "Open", "open,escalated", "all"],
    "severity": ["urgent", "HIGH", "3"],
    "age_over": ["-1", "x", "1.5", "100001", "9" * 40, "1e3"],
    "due_before": ["2026-13-01", "9999-12-31", "0001-01-01", "soon"],
    "escalated_to": ["RM", "nobody", "account team"],
}
UNKNOWN = ["colour", "regions", "Region", "region__code", "created_at", "id", "withdrawn_at__isnull", "o", "all", "_",
           "customer__region__code", "body__regex", "limit", "sort", "标签", "q ", "日期", "a" * 500]  # fmt: skip
# Filters of one list are unknown to the other.
ONLY_NOTES = ["type", "role", "author", "tag", "created_after", "created_before", "engagement", "deployment", "rag",
              "summary"]  # fmt: skip
ONLY_RISKS = ["state", "severity", "age_over", "due_before", "escalated_to"]

TABLES = {
    NOTES: OF_NOTES | {key: ["1"] for key in UNKNOWN + ONLY_RISKS},
    # The same filters again: one value of each is enough.
    COVID: {name: values[:1] for name, values in OF_NOTES.items()} | {key: ["1"] for key in UNKNOWN + ONLY_RISKS},
    RISKS: OF_RISKS | {key: ["1"] for key in UNKNOWN + ONLY_NOTES},
}
# PostgreSQL would refuse a query with this.
for table in TABLES.values():
    for name in table.keys() - set(UNKNOWN):
        table[name] = [*table[name], "a\x00b"]


@pytest.fixture
def lt(client: Client) -> Client:
    """A reader of everything, and a row for every list."""
    fm, north = builders.person("fm", "FM"), builders.customer()
    builders.note(fm, north, body="#covid", risks="high: late")
    return builders.log_in(client, builders.person("lt", "LT"))


@pytest.mark.parametrize("address", LISTS)
def test_each_says_what_is_wrong_and_shows_nothing(lt: Client, address: str) -> None:
    wrong = []
    for name, values in TABLES[address].items():
        for value in values:
            query = urlencode([(name, value)])
            page = lt.get(f"{address}?{query}")
            rows, said = ids_in(page), " ".join(complaints(page))
            code = file_of(lt, address, query).status_code if name != "format" else 400
            if rows or SAID.get(name, name.strip()) not in said or code != 400:
                wrong.append((name, value[:40], rows, said[:100], code))
    assert wrong == []


@pytest.mark.parametrize("address", LISTS)
def test_a_good_value_beside_a_bad_one_saves_nothing(lt: Client, address: str) -> None:
    queries = ["region=EMEA&region=XX", "region=XX&region=EMEA", "page=1&page=2", "ordering=customer&ordering=region",
               "format=csv&format=pdf", "per_page=10&per_page=20", "workload=EXO&workload=NONE", "region=EMEA&colour=1",
               "q=covid&period=never", "columns=all&columns=never", "columns=id,never"]  # fmt: skip
    found = {query: lt.get(f"{address}?{query}") for query in queries}
    rows = {query: ids_in(page) for query, page in found.items() if "format" not in query}
    assert rows == {query: [] for query in queries if "format" not in query}
    assert {query: file_of(lt, address, query).status_code for query in queries} == dict.fromkeys(queries, 400)


@pytest.mark.parametrize("address", LISTS)
def test_the_page_offers_no_file_of_a_wrong_question(lt: Client, address: str) -> None:
    right, wrong = (lt.get(f"{address}?{query}").content.decode() for query in ("region=EMEA", "region=XX"))
    assert ("format=csv" in right, "format=csv" in wrong) == (True, False)


@pytest.mark.parametrize("address", LISTS)
def test_what_was_typed_comes_back_as_text(lt: Client, address: str) -> None:
    page = lt.get(f"{address}?{urlencode({'<script>x</script>': '1', 'region': '<b>bold</b>'})}").content.decode()
    assert ("<script>x" in page, "<b>bold" in page, "&lt;b&gt;bold" in page) == (False, False, True)


@pytest.mark.parametrize("address", LISTS)
def test_what_one_may_not_know_of_does_not_exist(client: Client, address: str) -> None:
    """The same answer, page and file, for another partner's customer, organisation and people as for nobody's."""
    contoso, fabrikam = builders.partner("Contoso Partners"), builders.partner("Fabrikam Partners")
    asker = builders.person("asker", "FRP", partner=contoso)
    other = builders.person("other", "FRP", partner=fabrikam)
    theirs = builders.customer("Hidden", partner=fabrikam)
    builders.assign(theirs, other, "FRP")
    builders.note(other, theirs, body="#covid", risks="high: hidden")
    builders.log_in(client, asker)
    names = [("customer", theirs.pk, 987_654), ("partner", fabrikam.pk, 987_654), ("owner", "other", "nobody-here")]
    if address != RISKS:
        names.append(("author", "other", "nobody-here"))
    found, expected = {}, {}
    for name, foreign, absent in names:
        answers = []
        for value in (foreign, absent):
            page, file = client.get(f"{address}?{name}={value}"), file_of(client, address, f"{name}={value}")
            answers.append(
                (page.status_code, ids_in(page), str(complaints(page)).replace(str(value), "…"),
                 file.status_code, file.content.decode().replace(str(value), "…"))
            )  # fmt: skip
        found[name], expected[name] = answers
    assert found == expected
    assert {(answer[0], *answer[1], answer[3]) for answer in found.values()} == {(200, 400)}


# --- Any query string -------------------------------------------------------------------------------------------------

KNOWN = sorted(set(OF_NOTES) | set(OF_RISKS))
GOOD = ["EMEA", "lt", "fm", "covid", "EXO", "high", "open", "today", "2026-03-01", "1", "20", "customer", "-customer",
        "overall_status", "FM", "red", "all", "exact", ""]  # fmt: skip
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
queries = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(KNOWN), st.sampled_from(KNOWN), any_text),
        st.one_of(st.sampled_from(GOOD), any_text, st.integers().map(str), st.dates().map(str)),
    ),
    max_size=5,
)


@pytest.mark.parametrize("address", LISTS)
@settings(
    max_examples=40,
    # One world for all examples: they only read.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pairs=queries)
def test_no_question_fails_and_page_and_file_agree(address: str, pairs: list[tuple[str, str]]) -> None:
    if not User.objects.filter(username="lt").exists():
        fm = builders.person("fm", "FM")
        for name in "abc":
            customer = builders.customer(name)
            builders.assign(customer, fm, "FM")
            builders.note(fm, customer, body=f"{name} #covid", risks="high: late", workloads=["EXO"])
        builders.person("lt", "LT")
    client = builders.log_in(Client(), User.objects.get(username="lt"))
    pairs = [pair for pair in pairs if pair[0] not in ("format", "page", "per_page")]
    query = urlencode(pairs)
    page, file = client.get(f"{address}?{query}"), file_of(client, address, query)
    has_complaints = bool(complaints(page))
    assert file.status_code == (400 if has_complaints else 200)
    assert ids_in(page) == ([] if has_complaints else csv_ids(client, address, query))


def test_bytes_that_are_no_text(lt: Client) -> None:
    junk = ["region=%ff%fe", "%ff=1", "q=%ff", "tag=%c3%28", "customer=%ff", f"q={quote('😀' * 50)}", "&&&", "=", "=1"]
    found = {
        (address, query): lt.get(f"{address}?{query}").status_code
        for address in LISTS
        for query in [*junk, "q", "region"]
    }
    assert found == dict.fromkeys(found, 200)


@pytest.mark.parametrize("slug", ["nope", "COVID", "covid19", "a" * 300, "1", "-"])
def test_an_unknown_campaign_is_not_found(lt: Client, slug: str) -> None:
    found = [lt.get(f"/reports/campaigns/{slug}/{query}").status_code for query in ("", "?format=csv", "?colour=1")]
    assert found == [404, 404, 404]
