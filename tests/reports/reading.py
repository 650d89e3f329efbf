"""How the tests read a list: as its pages and as its file."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.builders import csv_rows

NOTES, COVID, RISKS = "/reports/notes/", "/reports/campaigns/covid/", "/reports/risks/"
LISTS = (NOTES, COVID, RISKS)


def ids_in(response: Any) -> list[int]:
    """The ids of the rows on a page, in order."""
    assert response.status_code == 200, response.status_code
    return [int(number) for number in re.findall(r'<tr data-id="(\d+)"', response.content.decode())]


def page_ids(client: Client, address: str, query: str = "") -> list[int]:
    return ids_in(client.get(f"{address}?{query}"))


def file_of(client: Client, address: str, query: str = "") -> Any:
    return client.get(f"{address}?{query}{'&' if query else ''}format=csv")


def csv_ids(client: Client, address: str, query: str = "") -> list[int]:
    return [int(row["id"]) for row in csv_rows(file_of(client, address, query))]


def walk(client: Client, address: str, query: str = "", per_page: int = 3) -> list[int]:
    """The ids on all pages, from the first to the one that leads to no further one."""
    found: list[int] = []
    for number in range(1, 500):
        response = client.get(f"{address}?{query}{'&' if query else ''}per_page={per_page}&page={number}")
        found += ids_in(response)
        if not re.search(rf'<p class="pager">.*href="[^"]*page={number + 1}"', response.content.decode(), re.DOTALL):
            return found
    raise AssertionError("the pages have no end")


def complaints(response: HttpResponse) -> list[str]:
    """What a list's page says is wrong with its parameters."""
    assert response.status_code == 200
    found = re.findall(r'<li class="warning">(.*?)<a ', response.content.decode(), re.DOTALL)
    return [unescape(text).strip() for text in found]


def content_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()
