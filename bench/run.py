"""Benchmarks as ratios: everything against a reference that ran in the same call (see README.md)."""

from __future__ import annotations

import argparse
import csv
import random
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from process import Step, run_step

STEPS = Path(__file__).with_name("steps.py")
NATION_PUPILS, NATION_ROWS = 2_400_000, 200_000_000
PARTS = ("national", "import", "recompute", "web")
# They keep a database of their own between runs, and print what they find.
WEB = ("web_recompute.py", "web_pages.py")


def show(step: Step, reference: Step | None = None, rows: int | None = None) -> None:
    """One line of the table: time by the clock and of the processors, with their ratios to the reference."""
    ratio = f"{step.seconds / reference.seconds:7.2f} ×" if reference else " " * 9
    cpu = f"{step.cpu_seconds / reference.cpu_seconds:7.2f} ×" if reference else " " * 9
    pace = f"{rows / step.seconds / 1e6:8.2f} M rows/s" if rows else ""
    said = ", ".join(f"{value:,} {name}" for name, value in step.said.items())
    print(
        f"  {step.name:24s} {step.seconds:8.2f} s {ratio} {step.cpu_seconds:8.2f} cpu {cpu} {step.peak_mib:8.0f} MiB {pace}   {said}",
        flush=True,
    )


def national(folder: Path, share: float) -> None:
    """A national year at 10 % and 100 % of the chosen share."""
    results: list[tuple[int, list[Step]]] = []
    for part in (0.1, 1.0):
        pupils, wanted = int(NATION_PUPILS * share * part), int(NATION_ROWS * share * part)
        register = folder / f"nation-{part:g}"
        print(f"National year, {pupils:,} pupils, about {wanted:,} rows of absence")
        show(run_step(STEPS, "national", str(register), str(pupils), str(wanted)))
        bare = run_step(STEPS, "bare_aggregation", str(register))
        rows = int(bare.said["rows"])
        show(bare, bare, rows)
        per_day = run_step(STEPS, "bare_per_day", str(register))
        for step in (run_step(STEPS, "scan", str(register)), per_day):
            show(step, bare, rows)
        steps = [
            run_step(STEPS, name, str(register)) for name in ("measures", "duties", "measures_and_duties")
        ]
        for step in steps:
            show(step, bare, rows)
        print(
            f"  measures and duties together: {steps[-1].seconds / bare.seconds:.2f} × the bare aggregation per"
            f" pupil and month, {steps[-1].seconds / per_day.seconds:.2f} × that per pupil and day"
        )
        results.append((rows, [bare, *steps]))
        if part < 1.0:
            shutil.rmtree(register)
    (few, small), (many, large) = results
    print(f"From {few:,} to {many:,} rows ({many / few:.1f} ×) time and memory grew:")
    for before, after in zip(small, large, strict=True):
        print(
            f"  {after.name:24s} {after.seconds / before.seconds:6.1f} × time"
            f"   {after.peak_mib / before.peak_mib:6.1f} × memory"
        )


def write_export(path: Path, rows: int, pupils: int) -> None:
    """A supplier's list of absences as a school would send it: semicolons, Dutch dates, its own codes."""
    source = random.Random(7)
    first = date(2025, 8, 25)
    days = [first + timedelta(days=n) for n in range(300) if (first + timedelta(days=n)).weekday() < 5]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Leerlingnummer", "Datum", "Lesuur", "Reden"])
        for number in range(rows):
            day = days[number // 7 % len(days)].strftime("%d-%m-%Y")
            pupil = 100_000 + number % pupils
            writer.writerow([pupil, day, 1 + number // (7 * len(days)) % 9, source.choice("ZZZZLMA")])


def write_roster(folder: Path, pupils: int) -> None:
    """The register that the export is imported into."""
    folder.mkdir()
    (folder / "schools.csv").write_text(
        "school_id,name,sector,holiday_region,lesson_minutes\n90ZZ00,Bench,vo,noord,50\n"
    )
    ids = range(100_000, 100_000 + pupils)
    (folder / "pupils.csv").write_text("pupil_id,birth_date\n" + "".join(f"{n},2011-03-05\n" for n in ids))
    (folder / "enrolments.csv").write_text(
        "pupil_id,school_id,first_day,last_day\n" + "".join(f"{n},90ZZ00,2025-08-01,\n" for n in ids)
    )
    (folder / "absences.csv").write_text("pupil_id,school_id,date,lesson,reason\n")


MAPPING = """[columns]
pupil_id = "Leerlingnummer"
date = "Datum"
lesson = "Lesuur"
reason = "Reden"

[reasons]
Z = {reason = "sick", authorised = "yes"}
L = "late"
M = {reason = "medical", authorised = "yes"}
A = {reason = "truant", authorised = "no"}

[options]
delimiter = ";"
"""


def imports(folder: Path, rows: int) -> None:
    """A supplier's CSV through map, check and store."""
    pupils = 12_000
    export, register = folder / "export.csv", folder / "into"
    write_export(export, rows, pupils)
    write_roster(register, pupils)
    (folder / "map.toml").write_text(MAPPING)
    print(f"Import of {rows:,} rows ({export.stat().st_size / 1e6:.0f} MB of CSV)")
    bare = run_step(STEPS, "copy_csv", str(export), str(folder / "copy.parquet"))
    show(bare, bare, rows)
    done = run_step(STEPS, "import_rows", str(export), str(folder / "map.toml"), str(register))
    show(done, bare, rows)


def recompute(folder: Path) -> None:
    """A school of 1,500 pupils, a whole year."""
    register = folder / "school"
    run_step(STEPS, "school", str(register), "1500")
    print("Measures, duties and signals of a school of 1,500 pupils")
    bare = run_step(STEPS, "bare_aggregation", str(register))
    show(bare, bare)
    show(run_step(STEPS, "recompute", str(register)), bare)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--share", type=float, default=0.05, help="share of the nation (1 = 200 million rows)"
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows to import")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--folder", type=Path, help="where to write; a temporary folder by default")
    chosen = parser.parse_args()
    if not 0 < chosen.share <= 1:
        sys.exit("bench: --share lies between 0 and 1, such as 0.05")
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        if "national" in chosen.only:
            national(Path(name), chosen.share)
        if "import" in chosen.only:
            imports(Path(name), chosen.rows)
        if "recompute" in chosen.only:
            recompute(Path(name))
        if "web" in chosen.only:
            for script in WEB:
                subprocess.run([sys.executable, str(STEPS.with_name(script))], check=True)


if __name__ == "__main__":
    main()
