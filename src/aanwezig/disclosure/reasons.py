"""Why a cell is left out: what readers are told, and what the checker is told.

Readers get few reasons, on purpose. Of two cells that are both marked 'fewer than five' beside a total of eight
everybody knows that each is four: a precise reason is a number. So a small cell and a cell left out to protect
it carry one mark; only the checker inside sees which is which (docs/decisions/0015).
"""

from __future__ import annotations

from enum import Enum

from aanwezig.values import BilingualText


class Reason(Enum):
    """What readers are told of a cell without a number."""

    PROTECTED = "protected"
    EXTREME = "extreme"
    ESTIMATE = "estimate"
    NO_VALUE = "no_value"
    REFUSED = "refused"

    @property
    def text(self) -> BilingualText:
        return _TEXTS[self]


_TEXTS = {
    Reason.PROTECTED: BilingualText(
        "Weggelaten: de groep is klein, of een kleine groep zou hieruit na te rekenen zijn.",
        "Left out: the group is small, or a small group could be worked out from this number.",
    ),
    Reason.EXTREME: BilingualText(
        "Weggelaten: een laagste of hoogste waarde hoort bij één persoon.",
        "Left out: a lowest or highest value belongs to one person.",
    ),
    Reason.ESTIMATE: BilingualText(
        "Weggelaten: deze schatting rust op te weinig personen.",
        "Left out: this estimate rests on too few persons.",
    ),
    Reason.NO_VALUE: BilingualText(
        "Er is geen waarde: er is niets om door te delen of te schatten.",
        "There is no value: there is nothing to divide by or to estimate.",
    ),
    Reason.REFUSED: BilingualText(
        "Weggelaten: samen met wat al is vrijgegeven, zou een kleine groep blijken.",
        "Left out: together with what was released before, a small group would show.",
    ),
}


class Detail(Enum):
    """What the checker inside is told; it may not be released."""

    TOO_FEW = "too_few"
    TOO_FEW_OTHERS = "too_few_others"
    DOMINANCE_P = "dominance_p_percent"
    DOMINANCE_N_K = "dominance_n_k"
    GROUP = "group_disclosure"
    SECONDARY = "secondary"
    EARLIER = "earlier_release"
    FOLLOWS = "follows_another_cell"
    EXTREME = "extreme"
    DEGREES = "degrees_of_freedom"
