"""The live process's entry. Only ``linli.config.live`` is served here; pages are WSGI (see docs/decisions).

Django's apps are not loaded: listening and checking signatures need only the settings, and so 100 MB less.
"""

import logging.config
import os

from django.conf import settings

from linli.config import live
from linli.config.leaving import leave_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
logging.config.dictConfig(settings.LOGGING)
if os.environ.get("LINLI_SUPERVISED"):
    leave_with_parent()
application = live.application
