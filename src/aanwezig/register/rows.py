"""From a batch of an export's rows to rows of ``absences``: codes mapped, cells read, ranges taken apart.

National numbers and free text are never looked at: only the columns that the profile names; names only where
the store wants them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import repeat
from typing import Any

from aanwezig.engines.delimited import Batch
from aanwezig.register.cells import (
    Memo,
    Moment,
    mark_parser,
    parse_clock,
    parse_id,
    parse_known_time,
    parse_lesson,
    parse_minutes,
    parse_moment,
    parse_part,
    parse_share_of_day,
)
from aanwezig.register.fault_log import FaultLog
from aanwezig.register.meanings import NOT_ABSENCE, PRESENT, Meanings
from aanwezig.register.persons import NAMES, parse_name
from aanwezig.register.profile import FileMapping, Header
from aanwezig.register.spans import Piece, Span, SpanFault, pieces

EMPTY, NO_REASON, OUTSIDE = "REG-012", "REG-132", "REG-121"
TABLE = "absences"
# A code is short; a longer cell is text, which messages may not repeat.
LONGEST_CODE = 40


@dataclass(slots=True)
class Tally:
    """What became of the rows that were read, beside those that are kept."""

    read: int = 0
    present_marks: int = 0
    not_absence: int = 0
    other_school: int = 0
    withdrawn: int = 0
    # Who has a row that could not be read, and whether such a row names nobody: what the register has of them
    # cannot be said to have vanished at the source.
    unread_pupils: set[str] = field(default_factory=set)
    unread_lines: int = 0
    unknown_codes: Counter[str] = field(default_factory=Counter)
    schools: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class AbsenceColumns:
    """Rows of ``absences`` by column; ``natural``: the id is the supplier's; ``school``: as the export names it."""

    absence_id: list[str] = field(default_factory=list)
    pupil_id: list[str] = field(default_factory=list)
    date: list[date] = field(default_factory=list)
    minutes: list[int | None] = field(default_factory=list)
    lesson: list[str | None] = field(default_factory=list)
    part: list[str | None] = field(default_factory=list)
    start_time: list[str | None] = field(default_factory=list)
    reason: list[str] = field(default_factory=list)
    authorised: list[str | None] = field(default_factory=list)
    subject: list[str | None] = field(default_factory=list)
    recorded_at: list[datetime | None] = field(default_factory=list)
    natural: list[bool] = field(default_factory=list)
    school: list[str | None] = field(default_factory=list)
    line: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.pupil_id)


@dataclass(slots=True)
class PresentColumns:
    """Marks of presence that name a lesson: beside an absence of the same lesson they contradict it."""

    pupil_id: list[str] = field(default_factory=list)
    date: list[date] = field(default_factory=list)
    lesson: list[str] = field(default_factory=list)
    line: list[int] = field(default_factory=list)


@dataclass(slots=True)
class RosterColumns:
    """What an export of absences says of the pupils themselves, where its map names such columns."""

    pupil_id: list[str] = field(default_factory=list)
    birth_date: list[date | None] = field(default_factory=list)
    sex: list[str | None] = field(default_factory=list)
    group: list[str | None] = field(default_factory=list)
    level: list[str | None] = field(default_factory=list)
    first_name: list[str | None] = field(default_factory=list)
    prefix: list[str | None] = field(default_factory=list)
    last_name: list[str | None] = field(default_factory=list)


def shown_code(code: str) -> str:
    """A code as it may be shown; of a longer text only the length."""
    return code if len(code) <= LONGEST_CODE else f"… ({len(code)})"


def made_id(school_id: str, pupil_id: str, piece: Piece) -> str:
    """An id for a registration that has none: the same for the same pupil, school, day and place in the day."""
    text = "\x1f".join(
        (
            school_id,
            pupil_id,
            piece.day.isoformat(),
            piece.lesson or "",
            piece.part or "",
            piece.start_time or "",
        )
    )
    return "i" + hashlib.blake2b(text.encode(), digest_size=10).hexdigest()


class RowMapper:
    """Reads batches of one file; the faults go to the log, the numbers to the tally."""

    def __init__(
        self,
        mapping: FileMapping,
        header: Header,
        school_id: str,
        is_school_day: Callable[[date], bool],
        log: FaultLog,
        tally: Tally,
        with_names: bool = False,
    ) -> None:
        self.mapping, self.header, self.school_id = mapping, header, school_id
        self.options = mapping.options
        self.is_school_day = is_school_day
        self.log, self.tally = log, tally
        self.meanings = Meanings(mapping.reasons)
        order, short = self.options.order, self.options.date_order is not None
        unit, lesson = self.options.minutes_unit, self.options.lesson_minutes or 50
        moment = lambda text: parse_moment(text, order, short)  # noqa: E731
        memos: dict[str, Memo] = {
            "pupil_id": Memo(parse_id),
            "date": Memo(moment),
            "last_date": Memo(moment),
            "minutes": Memo(lambda text: parse_minutes(text, unit, lesson)),
            "day_share": Memo(parse_share_of_day),
            "lesson": Memo(parse_lesson),
            "last_lesson": Memo(parse_lesson),
            "part": Memo(parse_part),
            "start_time": Memo(parse_clock),
            "end_time": Memo(parse_clock),
            "authorised": Memo(mark_parser(mapping.marks)),
            "subject": Memo(parse_id),
            "recorded_at": Memo(lambda text: parse_known_time(text, order, short)),
            "absence_id": Memo(parse_id),
            "birth_date": Memo(moment),
            "sex": Memo(parse_id),
            "group": Memo(parse_id),
            "level": Memo(parse_id),
        }
        if with_names:
            memos |= {name: Memo(partial(parse_name, name)) for name in NAMES}
        # Only columns that the file has are looked at; the others are empty in every row.
        self.memos = {name: memo for name, memo in memos.items() if name in header.places}
        self.blank: dict[str, Any] = dict.fromkeys(memos)
        # Rows that can be ranges always carry their day in the id, so that a range that grows keeps its ids.
        self.is_ranged = bool({"last_date", "last_lesson"} & set(header.places))
        self.has_roster = "birth_date" in header.places or any(name in self.memos for name in NAMES)

    def read(
        self, batch: Batch, absences: AbsenceColumns, roster: RosterColumns, present: PresentColumns
    ) -> None:
        """Add what a batch holds to the columns."""
        for fault in batch.faults:
            self.tally.read += 1
            self.tally.unread_lines += 1
            self.log.add(fault.code, TABLE, fault.line, fill=dict(fault.fill))
        self.tally.read += len(batch.lines)
        places = self.header.places
        empty: Iterator[str] = repeat("")

        def cells(name: str) -> Sequence[str] | Iterator[str]:
            return batch.columns[places[name]] if name in places else empty

        texts = [batch.columns[place] for place in self.header.text_places]
        for line, school, superseded, code, *others in zip(
            batch.lines,
            cells("school_id"),
            cells("superseded_at"),
            cells("reason"),
            *(cells(name) for name in self.memos),
            *texts,
            strict=False,
        ):
            if superseded:
                self.tally.withdrawn += 1
                continue
            named = school.strip() or None
            if named and not self._is_ours(named):
                self.tally.other_school += 1
                continue
            before = len(absences)
            self._row(line, code.strip(), others, absences, roster, present)
            absences.school.extend([named] * (len(absences) - before))

    def _is_ours(self, school: str) -> bool:
        self.tally.schools[school] += 1
        if self.mapping.schools:
            return self.mapping.schools.get(school, school) == self.school_id
        return True

    def _row(
        self,
        line: int,
        code: str,
        others: Sequence[str],
        absences: AbsenceColumns,
        roster: RosterColumns,
        present: PresentColumns,
    ) -> None:
        texts = others[len(self.memos) :]
        meaning = self.meanings.of(code) if code else None
        if meaning is None:
            for text in texts:
                meaning = self.meanings.of(text.strip()) if text.strip() else None
                if meaning is not None:
                    break
        if meaning is None and not code:
            meaning = self.meanings.of("")
        found = self.blank.copy()
        bad: list[tuple[str, str]] = []
        for (name, memo), cell in zip(self.memos.items(), others, strict=False):
            value, fault = memo[cell]
            if fault is not None:
                bad.append((name, fault))
            found[name] = value
        if meaning is None:
            if code:
                self.tally.unknown_codes[shown_code(code)] += 1
                return
            bad.append(("reason", NO_REASON))
        elif not meaning.is_absence:
            if meaning.reason == PRESENT:
                self.tally.present_marks += 1
                self._note_present(line, found, present)
            elif meaning.reason == NOT_ABSENCE:
                self.tally.not_absence += 1
            return
        for name in ("pupil_id", "date"):
            if found[name] is None and not any(name == at for at, _ in bad):
                bad.append((name, EMPTY))
        if bad or meaning is None:
            self._refuse(line, found["pupil_id"], bad, others)
            return
        try:
            parts = self._pieces(found, meaning.reason)
        except SpanFault as fault:
            self._refuse(line, found["pupil_id"], [(fault.column, fault.code)], others)
            return
        first, last = self.options.first_day, self.options.last_day
        inside = [p for p in parts if (first is None or p.day >= first) and (last is None or p.day <= last)]
        if not inside:
            self._refuse(line, found["pupil_id"], [("date", OUTSIDE)], others)
            return
        self._keep(line, found, meaning.reason, found["authorised"] or meaning.authorised, inside, absences)
        if self.has_roster:
            self._keep_roster(found, roster)

    @staticmethod
    def _note_present(line: int, found: dict[str, Any], to: PresentColumns) -> None:
        moment: Moment | None = found["date"]
        if found["pupil_id"] and moment and found["lesson"]:
            to.pupil_id.append(found["pupil_id"])
            to.date.append(moment.day)
            to.lesson.append(found["lesson"])
            to.line.append(line)

    def _pieces(self, found: dict[str, Any], reason: str) -> list[Piece]:
        first: Moment = found["date"]
        last: Moment = found["last_date"] or first
        span = Span(
            first=first.day,
            last=last.day,
            minutes=found["minutes"],
            lesson=found["lesson"],
            last_lesson=found["last_lesson"],
            part=found["part"],
            start_time=found["start_time"] or first.time,
            end_time=found["end_time"] or (last.time if found["last_date"] else None),
            from_to=found["last_date"] is not None,
            share=found["day_share"],
        )
        return pieces(span, reason, self.options, self.is_school_day)

    def _refuse(
        self, line: int, pupil: str | None, bad: Sequence[tuple[str, str]], others: Sequence[str]
    ) -> None:
        names = list(self.memos)
        self.log.refuse_row(TABLE)
        if not all(code == OUTSIDE for _, code in bad):
            if pupil is None:
                self.tally.unread_lines += 1
            else:
                self.tally.unread_pupils.add(pupil)
        for name, code in bad:
            cell = others[names.index(name)] if name in self.memos else ""
            fill: dict[str, object] = {}
            if code == OUTSIDE:
                fill = {"first": self.options.first_day or "…", "last": self.options.last_day or "…"}
            self.log.add(code, TABLE, line, self.header.name_of(name), cell, pupil, fill=fill, counts=False)

    def _keep(
        self,
        line: int,
        found: dict[str, Any],
        reason: str,
        authorised: str | None,
        parts: Sequence[Piece],
        to: AbsenceColumns,
    ) -> None:
        pupil, own_id = found["pupil_id"], found["absence_id"]
        subject, recorded = found["subject"], found["recorded_at"]
        for piece in parts:
            if own_id is None:
                key = made_id(self.school_id, pupil, piece)
            elif self.is_ranged:
                place = piece.lesson or piece.part or piece.start_time or ""
                key = f"{own_id}:{piece.day.isoformat()}" + (f":{place}" if piece.lesson else "")
            else:
                key = own_id
            to.absence_id.append(key)
            to.pupil_id.append(pupil)
            to.date.append(piece.day)
            to.minutes.append(piece.minutes)
            to.lesson.append(piece.lesson)
            to.part.append(piece.part)
            to.start_time.append(piece.start_time)
            to.reason.append(reason)
            to.authorised.append(authorised)
            to.subject.append(subject)
            to.recorded_at.append(recorded)
            to.natural.append(own_id is not None)
            to.line.append(line)

    @staticmethod
    def _keep_roster(found: dict[str, Any], to: RosterColumns) -> None:
        birth: Moment | None = found["birth_date"]
        to.pupil_id.append(found["pupil_id"])
        to.birth_date.append(birth.day if birth else None)
        to.sex.append(found["sex"])
        to.group.append(found["group"])
        to.level.append(found["level"])
        to.first_name.append(found.get("first_name"))
        to.prefix.append(found.get("prefix"))
        to.last_name.append(found.get("last_name"))
