"""The register's tables in the database, made from the register contract, and who the pupils are.

Every fact row has valid time (its own days) and known time (``recorded_at``, ``superseded_at``); nothing is
changed in place. The columns are those of ``aanwezig.tables``: one class per table is made from the contract
below, so that a column stands in one place (docs/decisions/0011).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from aanwezig.tables import TABLES, Column, Kind, Table
from aanwezig.web.access.refs import RefField


class School(models.Model):
    """A school location of which the register holds facts; ``code``: BRIN and location, 25PL00."""

    code = models.CharField(max_length=20, primary_key=True)
    organisation = models.OneToOneField(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="register"
    )
    # Raised by every change of facts, in the same transaction; results are of `computed_version`.
    facts_version = models.PositiveBigIntegerField(default=1)
    computed_version = models.PositiveBigIntegerField(default=0)
    computed_on = models.DateField(null=True, blank=True)
    computed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code


class Pupil(models.Model):
    """A person whom facts are about. ``pupil_id`` is the register's; addresses carry ``ref``."""

    pupil_id = models.CharField(max_length=100, primary_key=True)
    ref = RefField()

    def __str__(self) -> str:
        return self.ref


class Person(models.Model):
    """Who the pupil is: apart from the facts, never in a register folder, log or address."""

    pupil = models.OneToOneField(Pupil, on_delete=models.CASCADE, primary_key=True, related_name="person")
    first_name = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(max_length=30, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    # The number by which the school knows the pupil.
    number = models.CharField(max_length=100, blank=True)
    # Lower case without accents, to search in; and how it sounds.
    search_text = models.CharField(max_length=400, blank=True, db_index=True)
    sound = models.CharField(max_length=200, blank=True, db_index=True)
    # Encrypted; only where a notification needs it.
    official_number = models.BinaryField(null=True, blank=True)

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.prefix, self.last_name) if part)

    @property
    def short_name(self) -> str:
        """First name and the initial of the last: 'Noor B.', 'Fleur de W.'."""
        initial = f"{self.last_name[:1]}." if self.last_name else ""
        return " ".join(part for part in (self.first_name, self.prefix, initial) if part)

    def __str__(self) -> str:
        return self.pupil_id


class Contact(models.Model):
    """A parent or another person around the pupil, and how to reach them."""

    ref = RefField()
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=200)
    relation = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    has_authority = models.BooleanField(default=False)  # parental authority (gezag)
    remarks = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)


class FactRow(models.Model):
    """What every fact has beside its own columns."""

    recorded_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    # Which import brought it and which ended it; empty: a person, or the register it came with.
    batch = models.CharField(max_length=12, blank=True, db_index=True)
    ended_by_batch = models.CharField(max_length=12, blank=True, db_index=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    contract: ClassVar[type[Table]]

    class Meta:
        abstract = True


def _field(column: Column) -> models.Field[Any, Any]:
    empty: dict[str, Any] = {"null": True, "blank": True} if column.may_be_empty else {}
    match column.kind:
        case Kind.ID:
            return models.CharField(max_length=200, **empty)
        case Kind.CODE:
            return models.CharField(
                max_length=40, choices=[(value, value) for value in column.values], **empty
            )
        case Kind.TIME:
            return models.CharField(max_length=5, **empty)
        case Kind.TEXT | Kind.CODES:
            return models.TextField(**empty)
        case Kind.DATE:
            return models.DateField(**empty)
        case Kind.DATETIME:
            return models.DateTimeField(**empty)
        case Kind.INTEGER:
            return models.IntegerField(**empty)
        case Kind.NUMBER:
            return models.FloatField(**empty)
        case Kind.BOOLEAN:
            return models.BooleanField(**empty)


def _model(table: type[Table]) -> type[FactRow]:
    names = {column.name for column in table.columns}
    fields: dict[str, Any] = {}
    for column in table.columns:
        if column.name == "recorded_at":
            continue
        if column.name == "pupil_id":
            fields["pupil"] = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name=table.name)
        elif column.name == "school_id":
            fields["school"] = models.ForeignKey(
                School, on_delete=models.PROTECT, related_name=f"{table.name}_rows"
            )
        else:
            fields[column.name] = _field(column)
    constraints: list[models.BaseConstraint] = []
    if table.key:
        # Two rows of one fact cannot both be current: two imports at once cannot make doubles.
        # Schools number their own registrations, so a school is always part of what names a row.
        named = table.key if "school_id" not in names else tuple(dict.fromkeys((*table.key, "school_id")))
        key = [name.removesuffix("_id") if name in ("pupil_id", "school_id") else name for name in named]
        constraints.append(
            models.UniqueConstraint(
                fields=key, condition=Q(superseded_at__isnull=True), name=f"one_current_{table.name}"[:60]
            )
        )
    indexes = []
    if table.name == "absences":
        indexes = [
            models.Index(fields=["school", "date"], name="absences_of_school_by_day"),
            models.Index(fields=["pupil", "date"], name="absences_of_pupil_by_day"),
        ]
    elif "school_id" in names and "pupil_id" in names:
        indexes = [models.Index(fields=["school", "pupil"], name=f"{table.name}_school_pupil"[:30])]
    meta = type(
        "Meta", (), {"constraints": constraints, "indexes": indexes, "db_table": f"facts_{table.name}"}
    )
    name = "".join(part.capitalize() for part in table.name.split("_")) + "Row"
    return type(name, (FactRow,), {**fields, "contract": table, "Meta": meta, "__module__": __name__})


# One model per table of the contract, by the table's name.
FACTS: dict[str, type[Any]] = {name: _model(table) for name, table in TABLES.items()}
globals().update({model.__name__: model for model in FACTS.values()})
