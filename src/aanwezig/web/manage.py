"""``python -m aanwezig.web.manage``: Django's own commands, for developers and administrators."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aanwezig.web.settings.production")
    execute_from_command_line(sys.argv)
