"""The live process's entry. Only ``linli.config.live`` is served here; pages are WSGI (see docs/decisions)."""

import os
from importlib import import_module

import django

from linli.config.leaving import leave_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
django.setup()
if os.environ.get("LINLI_SUPERVISED"):
    leave_with_parent()
application = import_module("linli.config.live").application
