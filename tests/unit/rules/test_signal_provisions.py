"""The data of signals, suspensions, leave and faults: sourced, dated, in both languages, and filled in whole."""

from __future__ import annotations

import re
import string
from datetime import date, timedelta

import pytest

from aanwezig.rules.catalogue import RULES
from aanwezig.rules.faults import FAULT_RULES
from aanwezig.rules.judging import version_on
from aanwezig.rules.provisions import ProvisionData, Provisions, all_provisions
from aanwezig.rules.signals import SIGNALS
from aanwezig.rules.suspensions import SCHOOL_DUTIES

OURS = sorted({*SIGNALS, *SCHOOL_DUTIES, *FAULT_RULES, "bands", "tier", "group_alert"})


@pytest.mark.parametrize("rule", OURS)
class TestProvision:
    def data(self, rule: str) -> ProvisionData:
        return all_provisions()[rule]

    def test_it_holds_from_its_first_day_on_and_not_before(self, rule: str) -> None:
        versions = self.data(rule).versions
        first = min(version.first for version in versions)
        assert first <= date(2019, 8, 1)
        assert version_on(Provisions(), rule, first - timedelta(days=1)) is None
        assert version_on(Provisions(), rule, first) is not None
        for version in versions:
            assert Provisions().on(rule, version.first).version == version.version

    def test_both_languages_have_the_same_blanks(self, rule: str) -> None:
        for text in self.data(rule).explanations.values():
            blanks = [
                {name for _, name, _, _ in string.Formatter().parse(said) if name}
                for said in (text.nl, text.en)
            ]
            assert blanks[0] == blanks[1]

    def test_every_parameter_says_what_it_means_and_where_it_comes_from(self, rule: str) -> None:
        for version in self.data(rule).versions:
            for parameter in version.parameters.values():
                assert parameter.meaning.nl != parameter.meaning.en
                assert parameter.source.cite
                assert all(reading.value != parameter.value for reading in parameter.readings)

    def test_it_says_what_it_is_not(self, rule: str) -> None:
        assert self.data(rule).is_not is not None

    def test_dutch_sentences_are_short(self, rule: str) -> None:
        """Plain Dutch (B1): about fifteen words a sentence, and none beyond 25."""
        data = self.data(rule)
        texts = [data.meaning.nl, *(text.nl for text in data.explanations.values())]
        for text in texts:
            for sentence in re.split(r"(?<=[.!?])\s+", text):
                assert len(sentence.split()) <= 25, sentence


def test_kinds_fit_where_a_rule_stands() -> None:
    kinds = {rule: all_provisions()[rule].kind for rule in RULES}
    assert {kinds[rule] for rule in SIGNALS} == {"signal"}
    assert {kinds[rule] for rule in SCHOOL_DUTIES} == {"duty"}
    assert {kinds[rule] for rule in FAULT_RULES} == {"fault"}


def test_every_duty_says_who_must_act() -> None:
    assert all(all_provisions()[rule].who for rule in SCHOOL_DUTIES)
