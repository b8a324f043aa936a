"""WSGI entry point of the portal.

CKAN_INI=/path/ckan.ini gunicorn --chdir deploy wsgi:application --bind 127.0.0.1:5000

The environment variable CKAN_INI names the ini file; without it the import fails with KeyError.
"""

from __future__ import annotations

import os
from logging.config import fileConfig

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

_ini = os.environ["CKAN_INI"]
fileConfig(_ini, disable_existing_loggers=False)
application = make_app(CKANConfigLoader(_ini).get_config())
