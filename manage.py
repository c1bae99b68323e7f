"""Django's own command line; the product's is ``linli`` (``linli.config.cli``)."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
execute_from_command_line(sys.argv)
