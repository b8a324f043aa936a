"""Configuration that the plugin brings along: its dataset schemas for ckanext-scheming."""

from __future__ import annotations

import os
from typing import Any

from ckan import plugins as p

import ckanext.lppd
from ckanext.lppd.katalog import schemas_dir
from ckanext.lppd.workflow.metadata import DATASET_TYPES

SCHEMING = "scheming_datasets"
SCHEMAS_KEY = "scheming.dataset_schemas"


def add_dataset_schemas(config: Any) -> None:
    """Append our dataset types to the portal's own scheming schemas, once.

    ckanext-scheming reads the option in its own `update_config`. CKAN configures plugins from the
    last to the first of `ckan.plugins`, so where scheming is listed after us it has read it already
    and reads it again here.
    """
    present = config.get(SCHEMAS_KEY) or []
    if isinstance(present, str):
        present = present.split()
    # scheming takes "module:path"; the path may lead out of the module to the top-level schemas/
    package = os.path.dirname(os.path.realpath(ckanext.lppd.__file__))
    folder = os.path.relpath(schemas_dir() / "dataset", package)
    ours = [f"ckanext.lppd:{folder}/{name}.yaml" for name in DATASET_TYPES.values()]
    config[SCHEMAS_KEY] = " ".join([*present, *(item for item in ours if item not in present)])
    if p.plugin_loaded(SCHEMING):
        p.get_plugin(SCHEMING).update_config(config)
