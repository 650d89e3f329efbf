"""What each reason means, where a status is written: seeded complete, edited by administrators (domain.md §5, §6)."""

import re
from html.parser import HTMLParser
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from customers import guidance
from customers.guidance import Guidance, Lookalike
from customers.models import StatusReason
from tests import builders as build
from tests.notes import pages

SEEDED = import_module("customers.migrations.0002_workloads_and_reasons").REASONS
MIGRATION = import_module("customers.migrations.0004_guidance")
LANGUAGES = ("en", "zh-hans")
PARTS = ("definition", "examples", "lookalikes", "questions")
FIELDS = [f"{part}{suffix}" for part in PARTS for suffix in ("", "_zh")]
SLUGS = {
    "customer-unresponsive",
    "new-subscription-or-workload",
    "technical-onboarding-and-deployment",
    "migration",
    "solution-or-user-adoption",
    "using-competitive-solution",
    "using-microsoft-on-premises-solution",
    "executive-sponsorship",
    "customer-it-infrastructure-and-remediation",
    "it-change-management-and-resourcing",
    "legal-regulatory",
    "security-privacy",
    "adoption-readiness",
    "product-feature-capability",
    "service-reliability",
    "app-compatibility",
    "partner-engagement",
    "billing-licensing-and-subscription",
}


def reason(slug):
    return StatusReason.objects.get(slug=slug)


def guides(language):
    """The seeded guidance by slug, as a page in that language has it."""
    with translation.override(language):
        return {row.slug: row.guidance for row in StatusReason.objects.all()}


# --- Reading the lines ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Merger → Billing: licences move", ("Merger", "Billing", "licences move")),
        ("合并 → 计费、许可和订阅：许可证转移", ("合并", "计费、许可和订阅", "许可证转移")),
        ("Merger->Billing:licences move", ("Merger", "Billing", "licences move")),
        ("Merger → Billing", ("Merger", "Billing", "")),
        ("Proxy: old → IT: E3 → E5", ("Proxy: old", "IT", "E3 → E5")),
        ("Policy → Privacy (Non-Product/Feature): own", ("Policy", "Privacy (Non-Product/Feature)", "own")),
        # Not written so: shown whole.
        ("Merger, see Billing: licences move", ("Merger, see Billing: licences move", "", "")),
        ("→ Billing: licences move", ("→ Billing: licences move", "", "")),
        ("Merger →", ("Merger →", "", "")),
        ("Merger → : licences move", ("Merger → : licences move", "", "")),
    ],
)  # fmt: skip
def test_a_look_alike_line(line, expected):
    assert guidance.lookalike(line) == Lookalike(*expected)


def test_a_line_is_an_item_and_a_bullet_none_of_it():
    text = "\n- Proxy breaks it\r\n  * Two directories \n\n• 4,000 PCs\n-5 degrees\n*bold*\n—"
    assert guidance.lines(text) == ["Proxy breaks it", "Two directories", "4,000 PCs", "-5 degrees", "*bold*", "—"]
    assert guidance.lines(" \n\n") == []


PLAIN = st.text(st.characters(exclude_characters="→->:：", exclude_categories=("C", "Z")), min_size=1)


@given(PLAIN, PLAIN, PLAIN, st.sampled_from(["→", " → ", "->", "  ->"]), st.sampled_from([":", "：", ": ", " ： "]))
def test_what_is_written_by_the_convention_is_read_back(text, name, why, arrow, colon):
    assert guidance.lookalike(f"{text}{arrow}{name}{colon}{why}") == Lookalike(text, name, why)


@given(st.text(st.sampled_from("ab→->:： -*•\n\r\t")))
def test_no_line_is_dropped_and_no_word_of_it(text):
    """Whatever is typed, each line that says something is one item, its letters all there and in order."""
    read = guidance.read_guidance("", "", text, "")
    letters = ["".join(re.findall("[ab]", line)) for line in text.splitlines()]
    found = ["".join(re.findall("[ab]", "".join(item))) for item in read.lookalikes]
    assert [line for line in found if line] == [line for line in letters if line]


def test_nothing_written_is_falsy():
    assert not guidance.read_guidance(" ", "\n", "", "")
    assert guidance.read_guidance("", "", "", "Who?") == Guidance("", [], [], ["Who?"])
    assert guidance.read_guidance("", "", "", "Who?")


# --- The seeded words -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reason_is_complete_in_both_languages(language):
    found = guides(language)
    assert found.keys() == SLUGS
    sizes = {slug: (len(guide.examples), len(guide.lookalikes), len(guide.questions)) for slug, guide in found.items()}
    amiss = {slug: size for slug, size in sizes.items() if not ({*size[:2]} <= {3, 4, 5} and size[2] in (2, 3, 4))}
    assert amiss == {}
    assert [slug for slug, guide in found.items() if not guide.definition] == []
    chinese = re.compile("[\u4e00-\u9fff]")
    for guide in found.values():
        items = [guide.definition, *guide.examples, *guide.questions, *map("".join, guide.lookalikes)]
        assert {bool(chinese.search(item)) for item in items} == {language == "zh-hans"}
        assert len(set(items)) == len(items)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "which"), [("en", 0), ("zh-hans", 1)])
def test_every_look_alike_names_a_seeded_reason_that_is_another(language, which):
    names = {reasons[which] for rows in SEEDED.values() for reasons in rows}
    own = dict(StatusReason.objects.values_list("slug", "name_zh" if which else "name"))
    assert own.keys() == SLUGS
    astray = [
        (slug, other)
        for slug, guide in guides(language).items()
        for other in guide.lookalikes
        if other.reason not in names - {own[slug]} or not other.why or not other.text
    ]
    assert astray == []


def targets(language):
    """Where each look-alike of each reason belongs, by slug."""
    by_name = {name: row.slug for row in StatusReason.objects.all() for name in (row.name, row.name_zh)}
    return {
        slug: [(other.text, by_name[other.reason], other.why) for other in guide.lookalikes]
        for slug, guide in guides(language).items()
    }


@pytest.mark.django_db
def test_both_languages_say_the_same_in_the_same_order():
    english, chinese = guides("en"), guides("zh-hans")
    for slug in SLUGS:
        for part in ("examples", "questions"):
            assert len(getattr(english[slug], part)) == len(getattr(chinese[slug], part)), (slug, part)
    assert {slug: [to for _, to, _ in rows] for slug, rows in targets("en").items()} == {
        slug: [to for _, to, _ in rows] for slug, rows in targets("zh-hans").items()
    }


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reason_is_somewhere_told_apart(language):
    """Whoever looks under a wrong reason is led to the right one."""
    assert {to for rows in targets(language).values() for _, to, _ in rows} == SLUGS


IT, CHANGE, ADOPTION = (
    "customer-it-infrastructure-and-remediation",
    "it-change-management-and-resourcing",
    "adoption-readiness",
)
LAW, POLICY, FEATURE = "legal-regulatory", "security-privacy", "product-feature-capability"


# domain.md §5, "To tell the close ones apart".
@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("three", [(IT, CHANGE, ADOPTION), (LAW, POLICY, FEATURE)])
def test_the_close_ones_point_at_each_other(language, three):
    for slug in three:
        assert set(three) - {slug} <= {to for _, to, _ in targets(language)[slug]}


# domain.md §5: what each of the close ones is about, and the cases it decides.
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "slug", "words"),
    [
        ("en", IT, "about technology"),
        ("en", CHANGE, "about IT people and process"),
        ("en", ADOPTION, "about end users and training"),
        ("en", LAW, "A law or a regulator"),
        ("en", POLICY, "customer's own security or privacy policy"),
        ("en", FEATURE, "The product lacks something"),
        ("en", "customer-unresponsive", "how many attempts were made, to whom, and whether the account is managed or"),
        ("en", "using-microsoft-on-premises-solution", "Exchange at a third-party hosting company counts here"),
        ("en", "technical-onboarding-and-deployment", "declined the FastTrack benefit"),
        ("en", "executive-sponsorship", "a merger"),
        ("en", "billing-licensing-and-subscription", "counted twice is Duplicate/Invalid"),
        ("zh-hans", IT, "说的是技术"),
        ("zh-hans", CHANGE, "说的是 IT 人员和流程"),
        ("zh-hans", ADOPTION, "说的是最终用户和培训"),
        ("zh-hans", LAW, "法律或监管机构"),
        ("zh-hans", POLICY, "客户自己的安全或隐私政策"),
        ("zh-hans", FEATURE, "产品缺少"),
        ("zh-hans", "customer-unresponsive", "联系过几次、联系了谁，以及是托管帐户还是非托管帐户"),
        ("zh-hans", "using-microsoft-on-premises-solution", "由第三方托管的 Exchange 也算在这里"),
        ("zh-hans", "technical-onboarding-and-deployment", "谢绝 FastTrack 服务"),
        ("zh-hans", "executive-sponsorship", "合并"),
        ("zh-hans", "billing-licensing-and-subscription", "“重复/无效”"),
    ],
)
def test_a_definition_says_what_the_domain_says(language, slug, words):
    assert words in guides(language)[slug].definition


HOSTED, OWN_TEAM = "using-microsoft-on-premises-solution", "technical-onboarding-and-deployment"
LEADERS, LICENCES = "executive-sponsorship", "billing-licensing-and-subscription"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "case", "belongs"),
    [
        # A merger is Executive Sponsorship unless licences move or directories must merge.
        ("en", "merger.*(no licence moves|competition authority)", LEADERS),
        ("en", "merger.*in which licences move", LICENCES),
        ("en", "merger.*directories must", IT),
        ("zh-hans", "合并.*(不转移许可证|竞争主管机关)", LEADERS),
        ("zh-hans", "合并.*许可证要转入", LICENCES),
        ("zh-hans", "合并.*目录必须", IT),
        # Third-party Exchange hosting counts as On-Premises.
        ("en", "hosts", HOSTED),
        ("zh-hans", "托管", HOSTED),
        # Declining the benefit is In Progress, customer- or partner-led.
        ("en", "^Declined FastTrack", OWN_TEAM),
        ("zh-hans", "^谢绝 FastTrack", OWN_TEAM),
    ],
)
def test_a_case_that_the_domain_decides_belongs_there_everywhere(language, case, belongs):
    found = [to for rows in targets(language).values() for text, to, _ in rows if re.search(case, text)]
    assert (set(found), len(found) > 0) == ({belongs}, True)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "merger"), [("en", "merger"), ("zh-hans", "合并，|合并在|合并之后")])
def test_no_merger_belongs_elsewhere(language, merger):
    found = {to for rows in targets(language).values() for text, to, _ in rows if re.search(merger, text)}
    assert found == {LEADERS, LICENCES, IT}


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_unresponsive_examples_say_attempts_and_kind_of_account(language):
    managed = {"en": r"^(Unm|M)anaged account: .*(two|three|four)", "zh-hans": r"^(非)?托管帐户：.*[两三四]"}[language]
    examples = guides(language)["customer-unresponsive"].examples
    assert [example for example in examples if not re.search(managed, example)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "workload",
    [
        *("Exchange Online", "Outlook Mobile", "SharePoint Online", "OneDrive for Business", "Microsoft 365 Apps"),
        *("Teams", "Yammer", "Windows 10", "Intune", "Azure Active Directory Premium", "Cloud App Security"),
        *("Project Online", "Defender ATP", "School Data Sync"),
        ("Azure Information Protection", "Azure 信息保护"),
        ("Identity Security", "身份安全"),
    ],
    ids=str,
)
def test_each_workload_has_an_example(language, workload):
    name = workload if isinstance(workload, str) else workload[LANGUAGES.index(language)]
    assert any(name in example for guide in guides(language).values() for example in guide.examples)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_has_the_words_that_it_teaches_to_avoid(language):
    """domain.md §6: they leave intent open."""
    avoid = re.compile(r"\b(for now|currently|yet)\b|暂时|目前|尚未|还没", re.IGNORECASE)
    texts = [text for guide in guides(language).values() for text in (*guide.examples, guide.definition)]
    assert [text for text in texts if avoid.search(text)] == []


# --- The migration ----------------------------------------------------------------------------------------------------


def rows():
    return {row["slug"]: {name: row[name] for name in FIELDS} for row in StatusReason.objects.values("slug", *FIELDS)}


@pytest.mark.django_db
def test_the_migration_leaves_an_administrators_words_alone():
    seeded = rows()
    StatusReason.objects.filter(slug="migration").update(definition="Our own words.", examples_zh=" \n", questions="")
    StatusReason.objects.filter(slug="legal-regulatory").update(**dict.fromkeys(FIELDS, "Ours."))
    StatusReason.objects.filter(slug="app-compatibility").update(slug="application-compatibility", examples="")
    StatusReason.objects.create(l1="blocked", slug="weather", name="Weather")
    MIGRATION.lay_down(apps, None)
    ours = {
        **{slug: words for slug, words in seeded.items() if slug != "app-compatibility"},
        "migration": {**seeded["migration"], "definition": "Our own words."},
        "legal-regulatory": dict.fromkeys(FIELDS, "Ours."),
        "application-compatibility": {**seeded["app-compatibility"], "examples": ""},
        "weather": dict.fromkeys(FIELDS, ""),
    }
    assert rows() == ours
    MIGRATION.lay_down(apps, None)
    assert rows() == ours


@pytest.mark.django_db
def test_the_migration_fills_what_is_blank():
    seeded = rows()
    StatusReason.objects.update(**dict.fromkeys(FIELDS, ""))
    MIGRATION.lay_down(apps, None)
    assert rows() == seeded


# --- Edited by administrators, read where the status is chosen --------------------------------------------------------


class _Guides(HTMLParser):
    """Under each option's value, what stands beside it: (tag, text) of headings, paragraphs, items and links."""

    def __init__(self):
        super().__init__()
        self.found, self.described, self._value, self._open = {}, {}, None, []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and given.get("name") in ("l2", "l3"):
            self._value = given["value"]
            self.found[self._value] = []
            self.described[self._value] = (given["id"], given.get("aria-labelledby"), given.get("aria-describedby"))
        elif self._value and tag in ("h2", "h3", "p", "li"):
            self._open = [tag]
            self.found[self._value].append((tag, ""))
        elif self._open and tag in ("label", "strong"):
            name, text = self.found[self._value][-1]
            self.found[self._value][-1] = (name, f"{text}[{given.get('for', tag)}]")

    def handle_endtag(self, tag):
        if tag in ("h2", "h3", "p", "li"):
            self._open = []
        elif tag == "fieldset":
            self._value = None

    def handle_data(self, data):
        if self._open:
            name, text = self.found[self._value][-1]
            self.found[self._value][-1] = (name, text + data)


class Desk:
    """A programme administrator and an FM at a customer with one entitlement."""

    def __init__(self, client):
        self.client = client
        self.pa, self.fm, self.customer = build.person("pa", "PA"), build.person("fm", "FM"), build.customer()
        self.entitlement = build.entitlement(self.customer)

    def edit(self, row, **over):
        """Change a reason as PA, by what the form shows."""
        build.log_in(self.client, self.pa)
        address = f"/admin/customers/statusreason/{row.pk}/change/"
        form = self.client.get(address).context["adminform"].form
        shown = {name: form[name].value() for name in form.fields}
        data = {name: value for name, value in {**shown, **over}.items() if value not in (None, False)}
        assert self.client.post(address, data).status_code == 302

    def add(self, **data):
        """Add a reason as PA."""
        build.log_in(self.client, self.pa)
        address = "/admin/customers/statusreason/add/"
        assert self.client.post(address, {"position": "99", "active": "on", **data}).status_code == 302

    def form(self, language="en"):
        """The Entitlement Status form as the FM opens it."""
        build.log_in(self.client, self.fm)
        given = {"customer": self.customer.pk, "note_type": "entitlement_status", "entitlement": self.entitlement.pk}
        answer = self.client.get(pages.ADD, given, headers={"accept-language": language})
        assert answer.status_code == 200
        return answer

    def guides(self, language="en"):
        """What the form shows beside each reason."""
        parser = _Guides()
        parser.feed(self.form(language).content.decode())
        return parser.found

    def id_of(self, slug):
        """The id of a reason's radio button."""
        parser = _Guides()
        parser.feed(self.form().content.decode())
        return parser.described[slug][0]


def items(shown, tag="li"):
    return [text for name, text in shown if name == tag]


@pytest.mark.django_db
def test_the_form_shows_every_guide(client):
    """Whole and in order: name, definition, what belongs, what only looks so, what to ask."""
    desk = Desk(client)
    shown, guide = desk.guides(), guides("en")["service-reliability"]
    assert shown.keys() == SLUGS
    others = {slug: desk.id_of(slug) for slug in SLUGS}
    slugs = {row.name: row.slug for row in StatusReason.objects.all()}
    assert shown["service-reliability"] == [
        ("h2", "Service Reliability"),
        ("p", guide.definition),
        ("h3", "Belongs here"),
        *(("li", example) for example in guide.examples),
        ("h3", "Looks like it, belongs elsewhere"),
        *(("li", f"{text} → [{others[slugs[name]]}]{name} · {why}") for text, name, why in guide.lookalikes),
        ("h3", "Questions to ask"),
        *(("li", question) for question in guide.questions),
    ]
    # A reason under another L1 cannot be chosen with a click alone: its L1 stands beside it.
    look_alikes = items(shown["using-competitive-solution"])[5:10]
    names = [re.search(r"→ (\[.*?\].*?) · ", text)[1] for text in look_alikes]
    assert names == [
        f"[{others['using-microsoft-on-premises-solution']}]Using Microsoft On-Premises Solution",
        "[strong]Technical Onboarding and Deployment In Progress",
        "[strong]Product Feature/Capability Blocked",
        f"[{others['executive-sponsorship']}]Executive Sponsorship",
        "[strong]Migration In Progress",
    ]


@pytest.mark.django_db
def test_a_radio_button_is_named_by_its_reason_and_described_by_its_definition(client):
    """Look-alikes are labels of it too; its name stays its own."""
    desk = Desk(client)
    StatusReason.objects.filter(slug="partner-engagement").update(definition="", definition_zh="")
    page = desk.form().content.decode()
    parser = _Guides()
    parser.feed(page)
    for slug, (radio, name, definition) in parser.described.items():
        row = reason(slug)
        assert re.search(rf'<span id="{name}">(.*?)</span>', page)[1] == row.name
        if slug == "partner-engagement":
            assert definition is None
            assert f'id="{radio}_definition"' not in page
        else:
            assert re.search(rf'<p id="{definition}">(.*?)</p>', page)[1].replace("&#x27;", "'") == row.definition


@pytest.mark.django_db
def test_what_an_administrator_changes_is_shown_at_once(client):
    desk = Desk(client)
    before = desk.guides(), desk.guides("zh-hans")
    desk.edit(
        reason("legal-regulatory"),
        definition="A statute stands in the way.",
        definition_zh="法规不允许。",
        examples="- Court order\n- Banking act",
        examples_zh="法院命令",
        lookalikes="Own rule -> Security/Privacy (Non-Product/Feature): not a law\nSee the handbook",
        lookalikes_zh="自己的规定 → 安全/隐私（非产品/特性）：不是法律",
        questions="Which act?",
        questions_zh="",
    )
    policy = desk.id_of("security-privacy")
    english, chinese = desk.guides(), desk.guides("zh-hans")
    assert english["legal-regulatory"] == [
        ("h2", "Legal/Regulatory"),
        ("p", "A statute stands in the way."),
        ("h3", "Belongs here"),
        *(("li", "Court order"), ("li", "Banking act")),
        ("h3", "Looks like it, belongs elsewhere"),
        ("li", f"Own rule → [{policy}]Security/Privacy (Non-Product/Feature) · not a law"),
        ("li", "See the handbook"),
        ("h3", "Questions to ask"),
        ("li", "Which act?"),
    ]
    assert [pair for pair in chinese["legal-regulatory"] if pair[0] != "h3"] == [
        ("h2", "法律/法规"),
        ("p", "法规不允许。"),
        ("li", "法院命令"),
        ("li", f"自己的规定 → [{policy}]安全/隐私（非产品/特性） · 不是法律"),
        # Blank in Chinese: the English stands in.
        ("li", "Which act?"),
    ]
    for shown, was in zip((english, chinese), before, strict=True):
        assert {slug: lines for slug, lines in shown.items() if was[slug] != lines}.keys() == {"legal-regulatory"}
    assert reason("legal-regulatory").version == 2


@pytest.mark.django_db
def test_a_reason_that_an_administrator_adds_shows_its_guidance(client):
    desk = Desk(client)
    desk.add(
        l1="blocked",
        slug="supply-chain",
        name="Supply Chain",
        definition="Devices are not delivered.",
        examples="Phones are on order",
        lookalikes="Too old → customer it infrastructure and remediation: they are there\nShips → Fleet: none",
        questions="When do they come?",
    )
    desk.add(l1="blocked", slug="weather", name="Weather", name_zh="天气")
    desk.edit(reason("legal-regulatory"), lookalikes="Customs → Supply Chain: goods, not data")
    shown = desk.guides()
    assert shown["supply-chain"] == [
        ("h2", "Supply Chain"),
        ("p", "Devices are not delivered."),
        ("h3", "Belongs here"),
        ("li", "Phones are on order"),
        ("h3", "Looks like it, belongs elsewhere"),
        ("li", f"Too old → [{desk.id_of(IT)}]Customer IT Infrastructure and Remediation · they are there"),
        ("li", "Ships → [strong]Fleet · none"),
        ("h3", "Questions to ask"),
        ("li", "When do they come?"),
    ]
    assert shown["weather"] == [("h2", "Weather"), ("p", "Nothing is written about this reason.")]
    assert f"Customs → [{desk.id_of('supply-chain')}]Supply Chain · goods, not data" in items(shown["legal-regulatory"])


@pytest.mark.django_db
def test_a_detail_shows_what_is_written_about_it_and_nothing_else(client):
    desk = Desk(client)
    parent = reason("migration").pk
    desk.add(l1="in_progress", parent=parent, slug="cutover", name="Cutover", definition="The last weekend.")
    desk.add(l1="in_progress", parent=parent, slug="staging", name="Staging")
    shown = desk.guides()
    assert (shown["cutover"], shown["staging"]) == ([("h2", "Cutover"), ("p", "The last weekend.")], [])


@pytest.mark.django_db
def test_guidance_is_text(client):
    desk = Desk(client)
    evil = "<script>alert(1)</script>"
    desk.edit(
        reason("migration"),
        name=f"Migration{evil}",
        definition=evil,
        examples=evil,
        lookalikes=f"{evil} → {evil}: {evil}",
        questions=evil,
    )
    page = desk.form().content.decode()
    assert evil not in page
    shown = desk.guides()["migration"]
    assert shown == [
        ("h2", f"Migration{evil}"),
        ("p", evil),
        ("h3", "Belongs here"),
        ("li", evil),
        ("h3", "Looks like it, belongs elsewhere"),
        ("li", f"{evil} → [strong]{evil} · {evil}"),
        ("h3", "Questions to ask"),
        ("li", evil),
    ]


@pytest.mark.django_db
def test_more_reasons_take_no_more_queries(client):
    desk = Desk(client)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert desk.client.get(pages.ADD, {"customer": desk.customer.pk, "note_type": "entitlement_status"})
        return len(captured)

    desk.form()
    StatusReason.objects.create(l1="in_progress", parent=reason("migration"), slug="cutover", name="Cutover")
    before = queries()
    for number in range(3):
        words = {"definition": "New.", "lookalikes": "Old → Migration: old", "examples": "One", "questions": "Who?"}
        row = StatusReason.objects.create(l1="blocked", slug=f"new-{number}", name=f"New {number}", **words)
        StatusReason.objects.create(l1="blocked", parent=row, slug=f"detail-{number}", name="Detail", **words)
    assert queries() == before


@pytest.mark.django_db
def test_the_administrators_form_says_how_a_line_is_written(client):
    build.log_in(client, build.person("pa", "PA"))
    fields = client.get("/admin/customers/statusreason/add/").context["adminform"].form.fields
    each, arrow = "One item per line, without bullets.", "One per line: example → reason: why."
    expected = {f"{part}{suffix}": each for part in ("examples", "questions") for suffix in ("", "_zh")}
    assert {name: str(fields[name].help_text) for name in expected} == expected
    assert {str(fields[name].help_text).startswith(arrow) for name in ("lookalikes", "lookalikes_zh")} == {True}
