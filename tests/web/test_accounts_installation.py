"""An installation checks itself, and its documentation names every variable."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from aanwezig.values import AanwezigError
from aanwezig.web.accounts.checks import check_cache_table, check_installation
from aanwezig.web.settings.environment import Environment, read_environment
from aanwezig.web.settings.reference import variables_table, with_table

PAGE = Path(__file__).parents[2] / "docs" / "installation.md"
GOOD = {
    "secret_key": "kJ8-2mQx7Zp4LrT9vWn3Ys6BdFh1CgEa5UoKiXeR0tM",
    "field_key": Fernet.generate_key().decode(),
    "hosts": "aanwezig.school.nl",
    "email_url": "smtp://mail",
}
DATABASE_CACHE = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}
}


def found(tmp_path: Path, **changes: object) -> set[str]:
    environment = Environment(**{**GOOD, "data": tmp_path, **changes})  # type: ignore[arg-type]
    with override_settings(ENVIRONMENT=environment, CACHES=DATABASE_CACHE):
        told = check_installation(None)
    assert all(one.hint and one.msg for one in told)
    return {str(one.id).rpartition(".")[2] for one in told}


def test_a_good_installation_has_nothing_to_mend(tmp_path: Path) -> None:
    assert found(tmp_path) == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"secret_key": "a" * 50}, "E101"),
        ({"field_key": ""}, "E102"),
        ({"field_key": "no key"}, "E102"),
        ({"https": False}, "E103"),
        ({"hosts": "*"}, "E104"),
        ({"email_url": ""}, "W105"),
        ({"data": Path("/proc/nowhere/data")}, "E106"),
        ({"proxies": 0}, "W108"),
        ({"oidc_server": "https://sso.example.org"}, "E109"),
        ({"oidc_server": "http://sso.example.org", "oidc_client": "a", "oidc_secret": "b"}, "E110"),
    ],
)
def test_each_mistake_has_its_code(tmp_path: Path, changes: dict[str, object], code: str) -> None:
    assert found(tmp_path, **changes) == {code}


def test_workers_must_share_the_cache(tmp_path: Path) -> None:
    local = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    with override_settings(ENVIRONMENT=Environment(**GOOD, data=tmp_path), CACHES=local):  # type: ignore[arg-type]
        assert [one.id for one in check_installation(None)] == ["aanwezig.E111"]


def test_the_cache_table_is_made_with_the_other_tables(db: None, tmp_path: Path) -> None:
    with override_settings(ENVIRONMENT=Environment(**GOOD, data=tmp_path), CACHES=DATABASE_CACHE):  # type: ignore[arg-type]
        assert [one.id for one in check_cache_table(None)] == ["aanwezig.E107"]
        call_command("migrate", verbosity=0)
        assert "shared_cache" in connection.introspection.table_names()
        assert check_cache_table(None) == []


def test_tests_and_demo_are_not_checked() -> None:
    assert check_installation(None) == [] == check_cache_table(None)


def test_the_documentation_names_every_variable_as_it_is() -> None:
    """Mend: python -m aanwezig.web.settings.reference docs/installation.md"""
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page) == page
    assert all(f"`AANWEZIG_{name.upper()}`" in page for name in Environment.model_fields)
    assert variables_table() in page


def test_a_wrong_variable_is_named_without_its_value() -> None:
    with pytest.raises(AanwezigError) as told:
        read_environment({"AANWEZIG_SECRET_KEY": "too-short-a-secret", "AANWEZIG_PROXIES": "many"})
    text = str(told.value)
    assert "AANWEZIG_SECRET_KEY" in text and "AANWEZIG_PROXIES" in text and "too-short-a-secret" not in text
