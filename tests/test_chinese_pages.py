"""A Chinese reader meets no English but names and codes, on any page, for any role."""

import re

import pytest
from django.test import Client

from accounts.models import User
from customers.models import Workload
from tests import walking
from tests.chinese_world import build_world

pytestmark = pytest.mark.django_db

# Names of products and organisations, codes and keys that Chinese text keeps as they are.
NAMES = """
    ftstatus FastTrack Gateway Microsoft Office FTC Insight ID CSV XLSX RAG SME ASME FE FM FTA GM GMFTA MVM RM LT FRP PA
    IT BVD COVID covid Ctrl Enter Cmd AMER LATAM EMEA APAC GCR UTC Europe Berlin high medium low pending tenant LDAP
    Get Modern Ready CS MAU Google Gmail Workspace Slack Zoom SharePoint Server Project OneDrive Business Box
    Manager Mac Configuration VMware ONE CrowdStrike Okta Netskope Cloud App Security Defender ATP nobody admin
    Control Command
""".split()  # noqa: SIM905 - words
WORD = re.compile(r"[A-Za-z]+(?:['’]?[A-Za-z])+")
# Where a programme administrator keeps names in both languages, side by side.
BOTH = ("/admin/customers/statusreason/", "/admin/accounts/region/", "/admin/notes/campaign/")


def english_in(html: str, names: set[str]) -> list[str]:
    """The texts of a page that hold an English word that is neither a name nor a code."""
    found = []
    for text in walking.texts(html):
        # Addresses, hashtags, [CODES], user names and file names are codes.
        plain = re.sub(r"/[\w/…<>%?=&.-]*|[#@]\w[\w-]*|\[[A-Z0-9+]+\]|\w+\*+|\b\w*[\d_]\w*\b", " ", text)
        if any(word.lower() not in names for word in WORD.findall(plain)):
            found.append(text)
    return list(dict.fromkeys(found))


@pytest.fixture
def names() -> set[str]:
    products = " ".join(f"{row.code} {row.name}" for row in Workload.objects.all())
    return {word.lower() for word in [*NAMES, *WORD.findall(products)]}


WHO = ("fm", "fe", "fta", "gm", "rm", "lt", "frp", "pa", "nobody", "admin")


@pytest.mark.parametrize("who", WHO)
def test_no_page_says_anything_in_english(who: str, names: set[str]) -> None:
    build_world()
    client = Client(headers={"accept-language": "zh-hans"})
    said: dict[str, str] = {}
    visited = 0
    for page in walking.walk(User.objects.get(username=who), client):
        visited += 1
        assert page.status < 500, page.address
        for text in () if page.address.startswith(BOTH) and page.status == 200 else english_in(page.html, names):
            said.setdefault(text, page.address)
    assert not said, "\n" + "\n".join(f"{address}: {text}" for text, address in said.items())
    assert visited > (2 if who == "nobody" else 20)
