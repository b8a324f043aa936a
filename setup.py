"""What pyproject.toml cannot say: a namespace package, and data from outside of it."""

from __future__ import annotations

from setuptools import find_namespace_packages, setup

# The catalogue editions and dataset types are edited at the top level and installed as a package.
SCHEMAS = "ckanext.lppd.schemas"

DATA = [
    # whatever lies in these directories
    "templates/**/*",
    "assets/**/*",
    "public/**/*",
    "i18n/**/*",
    "migration/**/*.ini",
    "migration/**/*.mako",
    "migration/**/*.py",
    # and data next to code
    "**/*.yaml",
    "**/*.json",
    "**/*.csv",
    "**/*.sql",
    "**/*.txt",
    "py.typed",
]

CODE = [
    name
    for name in find_namespace_packages(include=["ckanext.*"])
    # directories of data are no packages of their own
    if not {"templates", "assets", "public", "i18n"} & set(name.split("."))
]

setup(
    packages=[*CODE, SCHEMAS],
    package_dir={SCHEMAS: "schemas"},
    package_data={
        "ckanext.lppd": DATA,
        "ckanext.lppd_validation": DATA,
        SCHEMAS: ["**/*.yaml", "**/*.yml", "**/*.json", "**/*.csv"],
    },
    include_package_data=False,
    message_extractors={
        "ckanext": [
            ("**.py", "python", None),
            ("**.js", "javascript", None),
            ("**/templates/**.html", "ckan", None),
        ],
    },
)
