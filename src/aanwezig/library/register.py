"""A register folder that answers questions, for a reference date as known on another date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from aanwezig.counts import By as CountBy
from aanwezig.counts import corrections, count, movement, reconcile
from aanwezig.engines import OpenRegister, open_engine, open_register_folder
from aanwezig.findings import check
from aanwezig.library.answers import Check, Measures
from aanwezig.library.counting import Count
from aanwezig.library.tiers import MOST_PUPILS, with_tier_shares, without_tier_shares
from aanwezig.measures import By, MeasureParameters, Per, measure
from aanwezig.rules.provisions import Provisions
from aanwezig.values import AanwezigError, BilingualText, SchoolYear


class Register:
    """An open register; make one with ``open_register``.

    ``on`` and ``known`` are the dates a question takes when it gives none of its own. Each pair of dates
    is read once.
    """

    def __init__(self, path: Path, engine: str, on: date, known: date | None) -> None:
        self.path, self.on, self.known = path, on, known
        self._engine = open_engine(engine)
        self._opened: dict[tuple[date, date | None], OpenRegister] = {}

    def opened(self, on: date | None = None, known: date | None = None) -> OpenRegister:
        """The tables as they stood, for who wants more than the measures and rules."""
        key = (on or self.on, known or self.known)
        if key not in self._opened:
            self._opened[key] = open_register_folder(self.path, self._engine, on=key[0], known=key[1])
        return self._opened[key]

    def measure(
        self,
        by: By = "pupil",
        per: Per = "school_year",
        on: date | None = None,
        known: date | None = None,
        readings: Mapping[str, Any] | None = None,
        tiers: bool | None = None,
    ) -> Measures:
        """Attendance measures: one row per unit (``by``) and period (``per``).

        by: pupil, group, level, school, partnership, municipality, region. per: school_year, month, week.
        ``tiers``: whether groups get the share of pupils per proposed tier, for which all rules are run; when
        not said, up to 25,000 pupils. ``readings`` as in ``check``; those of ``bands`` move the bands.
        """
        provisions = _provisions(readings or {})
        register = self.opened(on, known)
        table = measure(register, by, per, _band_parameters(provisions, register.on))
        wanted = register.arrow("pupils").num_rows <= MOST_PUPILS if tiers is None else tiers
        if by != "pupil" and wanted:
            table = with_tier_shares(register, table, by=by, per=per, provisions=provisions)
        else:
            table = without_tier_shares(table)
        return Measures(str(self.path), register.on, register.known, by, per, table, tuple(register.faults))

    def check(
        self,
        rules: Sequence[str] | None = None,
        on: date | None = None,
        known: date | None = None,
        readings: Mapping[str, Any] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Check:
        """All rules, or those named, over every pupil.

        ``readings`` chooses another reading of a source: ``{"relative_16h.operator": ">"}``. ``progress``
        is told how many pupils are done. AanwezigError for a rule or parameter that does not exist.
        """
        provisions = _provisions(readings or {})
        register = self.opened(on, known)
        result = check(register, rules, provisions, progress)
        return Check(str(self.path), register.on, register.known, result, dict(readings or {}))

    def count(
        self,
        profiles: Sequence[str] | None = None,
        on: date | None = None,
        year: str | SchoolYear | None = None,
        known: date | None = None,
        by: CountBy | None = None,
        compare: tuple[str, str] | None = None,
        readings: Mapping[str, Any] | None = None,
        uncertainty: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> Count:
        """Home-sitters (thuiszitters) by every definition, or those named, on a reference date.

        ``year``: at any time in that school year ('2025-2026'), up to today or ``on``. ``by``: municipality, school,
        partnership, sector or age. ``compare``: two definitions side by side, person by person. ``uncertainty``: the
        numbers under other readings too and, with ``known``, beside those known now. AanwezigError for a definition
        that does not exist; ValueError for a year that is none.
        """
        provisions = _provisions(readings or {})
        school_year = SchoolYear.parse(year) if isinstance(year, str) else year
        if school_year is not None:
            on = min(school_year.last, on or date.today())  # noqa: DTZ011
        register = self.opened(on, known)
        result = count(
            register,
            profiles=profiles,
            also=compare or (),
            year=school_year,
            provisions=provisions,
            readings=readings,
            progress=progress,
        )
        moved = movement(register, result, year=school_year, readings=readings) if uncertainty else None
        corrected = None
        if uncertainty and register.known is not None:
            now = open_register_folder(self.path, self._engine, on=register.on)
            later = count(now, profiles=tuple(result.profiles), year=school_year, provisions=provisions)
            corrected = corrections(result, later)
        return Count(
            register=str(self.path),
            result=result,
            by=by,
            reconciliation=reconcile(result, *compare) if compare else None,
            moved=moved,
            corrected=corrected,
            shown=tuple(profiles or ()),
        )


def _provisions(readings: Mapping[str, Any]) -> Provisions:
    try:
        return Provisions(readings)
    except KeyError as error:
        names = ", ".join(sorted(readings))
        raise AanwezigError(
            "LIB-001",
            BilingualText(
                f"Een van deze instellingen bestaat niet: {names}.",
                f"One of these settings does not exist: {names}.",
            ),
            BilingualText(
                "Schrijf regel.parameter=waarde; de regels en hun parameters staan in docs/reference/rules.md.",
                "Write rule.parameter=value; the rules and their parameters are in docs/reference/rules.md.",
            ),
        ) from error
    except ValueError as error:
        # The name of the parameter only: what was typed may be anything.
        raise AanwezigError(
            "LIB-002",
            BilingualText(f"De waarde bij {error} past niet.", f"The value at {error} does not fit."),
            BilingualText(
                "Kies een lezing of een getal dat in docs/reference/rules.md bij deze regel staat.",
                "Choose a reading or a number that docs/reference/rules.md gives at this rule.",
            ),
        ) from error


def _band_parameters(provisions: Provisions, on: date) -> MeasureParameters:
    """The boundaries of the bands as they hold on a day: the rules' own data, so that both say the same."""
    bands = provisions.on("bands", on)
    return MeasureParameters(
        good_to=bands["at_risk_above"],
        chronic_from=bands["chronic_from"],
        severe_from=bands["severe_from"],
        provisional_year_percent=bands["provisional_percent"],
        provisional_days=bands["provisional_days"],
    )


def open_register(
    path: str | Path, engine: str = "duckdb", on: date | None = None, known: date | None = None
) -> Register:
    """A register folder, ready for questions.

    ``on``: the reference date, today when not given. ``known``: as known on that day; without it, all that
    was not superseded. AanwezigError, with how to mend it, for a folder that cannot be read.
    """
    register = Register(Path(path), engine, on or date.today(), known)  # noqa: DTZ011
    if on is not None or not Path(path).is_dir():
        # Told now, not at the first question; without a date the first question says which day to read.
        register.opened()
    return register
