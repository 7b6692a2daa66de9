"""A school of which the register knows nothing yet."""

from __future__ import annotations

from web_world import World, make_organisation

from aanwezig.web.facts.models import School
from aanwezig.web.organisations.models import Kind
from aanwezig.web.results.jobs import stale_schools
from aanwezig.web.results.models import SchoolPicture
from aanwezig.web.results.recompute import recompute_school


def test_a_new_school_has_no_results_and_is_not_done_again_and_again(world: World) -> None:
    make_organisation(Kind.SCHOOL, "Nieuw", "99ZZ00")
    summary = recompute_school("99ZZ00")
    assert summary.pupils == 0 and summary.changes is None
    assert not SchoolPicture.objects.filter(school="99ZZ00").exists()
    assert "99ZZ00" not in stale_schools()
    School.objects.filter(code="99ZZ00").update(facts_version=2)
    assert "99ZZ00" in stale_schools()
