"""The import: a school's export in, facts in a register folder or another store out, with a batch that can be taken back."""

from aanwezig.register.batches import read_batches, undo_batch
from aanwezig.register.folder_store import FolderStore
from aanwezig.register.importing import import_files
from aanwezig.register.profile import Profile, load_profile, profile_names
from aanwezig.register.report import FileRead, ImportReport, preview_text, report_text
from aanwezig.register.store import Batch, Store, TableChange
from aanwezig.register.stored import Standing

__all__ = [
    "Batch",
    "FileRead",
    "FolderStore",
    "ImportReport",
    "Profile",
    "Standing",
    "Store",
    "TableChange",
    "import_files",
    "load_profile",
    "preview_text",
    "profile_names",
    "read_batches",
    "report_text",
    "undo_batch",
]
