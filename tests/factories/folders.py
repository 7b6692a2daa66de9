"""Register folders for tests: a small good one, of which a test replaces the table it is about."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SMALL: dict[str, str | bytes] = {
    "schools": "school_id,name,sector,holiday_region\n25PL00,De Brug,po,noord\n03XY01,Het Plein,vo,noord\n",
    "pupils": "pupil_id,birth_date\np1,2014-03-01\np2,2009-11-20\np3,\n",
    "enrolments": (
        "pupil_id,school_id,first_day,last_day,group\n"
        "p1,25PL00,2019-08-01,,5a\n"
        "p2,03XY01,2022-08-01,,3b\n"
        "p3,25PL00,2023-08-01,2026-07-31,5a\n"
    ),
    "absences": (
        "pupil_id,school_id,date,minutes,lesson,part,reason,authorised,absence_id\n"
        "p1,25PL00,2025-09-08,330,,,truant,no,a1\n"
        "p2,03XY01,2025-09-08,,2,,sick,,a2\n"
        "p3,25PL00,2025-09-09,,,morning,medical,yes,\n"
    ),
}


def csv_folder(folder: Path, **tables: str | bytes | None) -> Path:
    """The small register with some tables replaced or added; None leaves a table out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**SMALL, **tables}.items():
        if content is None:
            continue
        raw = content if isinstance(content, bytes) else content.encode("utf-8")
        (folder / f"{name}.csv").write_bytes(raw)
    return folder


def text_table(content: str) -> pa.Table:
    """CSV text as an Arrow table of texts, '' as empty."""
    header, *rows = csv.reader(io.StringIO(content))
    return pa.table(
        {
            name: pa.array([row[place] or None for row in rows], pa.string())
            for place, name in enumerate(header)
        }
    )


def parquet_folder(folder: Path, **tables: str | pa.Table | None) -> Path:
    """The same as Parquet; a table given as text is stored as texts, an Arrow table as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**SMALL, **tables}.items():
        if content is None:
            continue
        assert not isinstance(content, bytes)
        pq.write_table(
            content if isinstance(content, pa.Table) else text_table(content), folder / f"{name}.parquet"
        )
    return folder
