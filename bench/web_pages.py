"""Pages of the application with 25,000 pupils: server time and queries of each (see README.md).

``python bench/web_pages.py [--times 20]`` signs in as each role, walks from the menu to every kind of page that can be
reached by links and filters, and then asks for each of them many times.
"""

from __future__ import annotations

import argparse
import gc
import re
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import web_data

MOST_SECONDS, MOST_QUERIES = 0.150, 12
# Short names of the users of web_data: who works at the biggest school, and who sees all schools.
USERS = ("bos", "smit", "vanderwal", "ozturk", "amrani", "kuiper", "brandsma", "hoekstra", "visser", "tan")
# What no link leads to: what people type and choose.
TYPED = (
    "/search/?q=jansen",
    "/search/?q=sofie+de+v",
    "/pupils/?band=chronic",
    "/pupils/?tier=2",
    "/pupils/?sort=-rate",
    "/signals/?state=muted",
    "/duties/?status=late",
)
# Addresses of one kind that are asked for, and how far from the menu the walk goes.
OF_A_KIND, DEEPEST = 4, 4
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')


@dataclass
class Kind:
    """Pages of one view, asked for by one role with the same filters."""

    role: str
    name: str
    addresses: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    statements: dict[str, list[str]] = field(default_factory=dict)


def percentile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Visitor:
    """A user in a browser that counts what each page costs."""

    def __init__(self, short: str) -> None:
        from allauth.account.internal.flows import login
        from django.test import Client
        from django.utils import timezone

        from aanwezig.web.accounts.middleware import LAST_USED
        from aanwezig.web.accounts.models import User
        from aanwezig.web.demo.people import DOMAIN

        user = User.objects.get(email=f"{short}@{DOMAIN}")
        self.role = user.memberships.get().role
        self.client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        self.client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        # As if the password and the second factor were given.
        session = self.client.session
        for method, more in (("password", {}), ("mfa", {"type": "totp"})):
            records = session.setdefault(login.AUTHENTICATION_METHODS_SESSION_KEY, [])
            records.append({"method": method, "at": timezone.now().timestamp(), **more})
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
        # Once a minute a visit is noted, with three statements more: left out, it would be counted by chance.
        session[LAST_USED] = timezone.now().timestamp() + 86_400
        session.save()

    def ask(self, address: str) -> tuple[Any, float, float, list[str]]:
        """The response, seconds by the clock and of the processor, and the statements."""
        from django.db import connection

        statements: list[str] = []

        def note(execute: Any, sql: str, *more: Any) -> Any:
            statements.append(sql)
            return execute(sql, *more)

        with connection.execute_wrapper(note):
            wall, cpu = time.perf_counter(), time.thread_time()
            response = self.client.get(address)
            wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
        return response, wall, cpu, statements


def name_of(address: str) -> str:
    """The view behind an address, with the names of its filters."""
    from django.urls import Resolver404, resolve

    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return ""
    kind = "/".join(str(value) for key, value in match.kwargs.items() if key in ("kind", "what", "state"))
    filters = ",".join(sorted({key for key, value in parse_qsl(parts.query) if value}))
    return f"{match.view_name}{f' {kind}' if kind else ''}{f' ?{filters}' if filters else ''}"


def walk(visitor: Visitor) -> list[Kind]:
    """Every kind of page that this user reaches, each with a few addresses; what is no page is left out."""
    kinds: dict[str, Kind] = {}
    front = ["/", *TYPED]
    seen = set(front)
    for _ in range(DEEPEST):
        after: list[str] = []
        for address in front:
            name = name_of(address)
            kind = kinds.setdefault(name, Kind(visitor.role, name))
            if not name or len(kind.addresses) >= OF_A_KIND:
                continue
            response, *_more = visitor.ask(address)
            if response.status_code >= 500:
                print(f"  {visitor.role}: {response.status_code} from {name}", flush=True)
            if response.status_code != 200 or "text/html" not in response.get("Content-Type", ""):
                continue
            kind.addresses.append(address)
            for link in links_of(address, response.content.decode()):
                if link not in seen:
                    seen.add(link)
                    after.append(link)
        front = after
    return [kind for kind in kinds.values() if kind.addresses]


def links_of(address: str, page: str) -> list[str]:
    found = []
    for link in LINK.findall(page):
        parts = urlsplit(urljoin(f"http://localhost{address}", unescape(link)))
        if parts.netloc == "localhost" and not parts.path.startswith("/static/"):
            # Where to go back to makes no other page.
            query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key != "next"])
            found.append(parts.path + (f"?{query}" if query else ""))
    return found


def measure(visitor: Visitor, kind: Kind, times: int) -> None:
    for number in range(times):
        address = kind.addresses[number % len(kind.addresses)]
        _response, wall, cpu, statements = visitor.ask(address)
        kind.seconds.append(wall)
        kind.cpu.append(cpu)
        kind.queries.append(len(statements))
        kind.statements[address] = statements


def show(kinds: list[Kind]) -> None:
    print(f"  {'page':58s} {'role':24s} {'median':>7s} {'95 %':>7s} {'cpu':>7s} {'queries':>8s}")
    for kind in sorted(kinds, key=lambda kind: -percentile(kind.seconds, 0.95)):
        slow = "  slow" if percentile(kind.seconds, 0.95) > MOST_SECONDS else ""
        many = "  many queries" if max(kind.queries) > MOST_QUERIES else ""
        print(
            f"  {kind.name:58s} {kind.role:24s} {median(kind.seconds) * 1000:4.0f} ms"
            f" {percentile(kind.seconds, 0.95) * 1000:4.0f} ms {median(kind.cpu) * 1000:4.0f} ms"
            f" {max(kind.queries):8d}{slow}{many}"
        )
    every = [seconds for kind in kinds for seconds in kind.seconds]
    cpu = [seconds for kind in kinds for seconds in kind.cpu]
    print(f"{len(every):,} requests of {len(kinds)} kinds of page")
    for what, values in (("by the clock", every), ("of the processor", cpu)):
        within = sum(1 for seconds in values if seconds <= MOST_SECONDS) / len(values)
        print(
            f"95th percentile of all requests {what}: {percentile(values, 0.95) * 1000:.0f} ms"
            f" ({MOST_SECONDS * 1000:.0f} ms asked; {within:.1%} within)"
        )
    over = sorted({kind.name for kind in kinds if max(kind.queries) > MOST_QUERIES})
    print(f"Pages with more than {MOST_QUERIES} queries: {', '.join(over) or 'none'}")


def show_statements(kind: Kind) -> None:
    """What the page that asked most asked, alike statements counted once."""
    most = max(kind.statements.values(), key=len)
    counted: dict[str, int] = defaultdict(int)
    for statement in most:
        counted[statement] += 1
    print(f"\n{kind.role} {kind.name}")
    for statement, number in counted.items():
        print(f"  {number} × {statement[:90]} … {statement[-240:]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="requests of each kind of page by each role")
    parser.add_argument("--users", nargs="+", default=USERS, choices=USERS)
    parser.add_argument("--only", default="", help="only pages whose name contains this")
    parser.add_argument("--statements", action="store_true", help="show what pages over the limit ask")
    parser.add_argument("--folder", type=Path, default=web_data.FOLDER)
    chosen = parser.parse_args()
    web_data.start(chosen.folder)
    web_data.make_database(chosen.folder)
    from django.urls import get_resolver

    print(f"Pages with {web_data.PUPILS:,} pupils in {web_data.SCHOOLS} schools, {chosen.times} times each")
    # As wsgi.py does: what is loaded stays.
    get_resolver().url_patterns  # noqa: B018
    gc.collect()
    gc.freeze()
    kinds: list[Kind] = []
    for short in chosen.users:
        visitor = Visitor(short)
        own = [kind for kind in walk(visitor) if chosen.only in kind.name]
        for kind in own:
            measure(visitor, kind, chosen.times)
        kinds.extend(own)
    if not kinds:
        raise SystemExit("web_pages: no page has such a name")
    show(kinds)
    if chosen.statements:
        for kind in kinds:
            if max(kind.queries) > MOST_QUERIES:
                show_statements(kind)


if __name__ == "__main__":
    main()
