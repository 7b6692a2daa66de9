"""The import: a school's export in, facts in a register folder or another store out, with a batch that can be taken back."""

from aanwezig.register.batches import read_batches, undo_batch
from aanwezig.register.columns import FoundColumn
from aanwezig.register.folder_store import FolderStore
from aanwezig.register.importing import import_files
from aanwezig.register.looking import FileLook, FoundCode, look
from aanwezig.register.persons import Person, Persons, persons_in
from aanwezig.register.profile import Profile, load_profile, profile_names
from aanwezig.register.report import FileRead, ImportReport, preview_text, report_text
from aanwezig.register.report_data import FaultGroup, PupilsOfDelivery, TableCounts
from aanwezig.register.store import Batch, Store, TableChange
from aanwezig.register.stored import Standing

__all__ = [
    "Batch",
    "FaultGroup",
    "FileLook",
    "FileRead",
    "FolderStore",
    "FoundCode",
    "FoundColumn",
    "ImportReport",
    "Person",
    "Persons",
    "Profile",
    "PupilsOfDelivery",
    "Standing",
    "Store",
    "TableChange",
    "TableCounts",
    "import_files",
    "load_profile",
    "look",
    "persons_in",
    "preview_text",
    "profile_names",
    "read_batches",
    "report_text",
    "undo_batch",
]
