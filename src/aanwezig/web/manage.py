"""``python -m aanwezig.web.manage``: Django's own commands, for developers and administrators."""

import os
import sys

from django.core.management import execute_from_command_line

from aanwezig.values import AanwezigError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aanwezig.web.settings.production")
    # Commands are typed with a hyphen; Python names their modules with an underscore.
    arguments = [
        *sys.argv[:1],
        *(name.replace("-", "_") for name in sys.argv[1:2] if not name.startswith("-")),
    ]
    rest = sys.argv[len(arguments) :]
    try:
        execute_from_command_line([*arguments, *rest])
    except AanwezigError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
