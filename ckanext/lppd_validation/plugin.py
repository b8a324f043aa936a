"""Wiring of the plugin `lppd_validation`; no rule lives here."""

from __future__ import annotations

import json
from typing import Any

from ckan import plugins
from ckan.plugins import toolkit

from ckanext.lppd_validation import forms, hooks, store, sync
from ckanext.lppd_validation.model import table_ready


@toolkit.blanket.actions
@toolkit.blanket.auth_functions
@toolkit.blanket.blueprints
@toolkit.blanket.cli
@toolkit.blanket.config_declarations
@toolkit.blanket.helpers
@toolkit.blanket.validators
class LppdValidationPlugin(plugins.SingletonPlugin):
    """Serves the contract of ckanext-validation: actions, table, badge, report page, CLI."""

    plugins.implements(plugins.IConfigurer)
    plugins.implements(plugins.IPackageController, inherit=True)
    plugins.implements(plugins.IResourceController, inherit=True)

    def update_config(self, config: Any) -> None:
        """Add the templates and the style sheet."""
        toolkit.add_template_directory(config, "templates")
        toolkit.add_resource("assets", "lppd-validation")

    def before_resource_create(self, context: dict[str, Any], resource: dict[str, Any]) -> None:
        """Take the schema from the form and check the upload where the site asks for it."""
        forms.take_schema(resource)
        sync.check_before(context, hooks.start_resource(context), resource, is_new=True)

    def before_resource_update(
        self, context: dict[str, Any], current: dict[str, Any], resource: dict[str, Any]
    ) -> None:
        """Take the schema from the form and check the upload where the site asks for it."""
        forms.take_schema(resource)
        sync.check_before(context, hooks.start_resource(context), resource, is_new=False)

    def after_resource_create(self, context: dict[str, Any], resource: dict[str, Any]) -> None:
        """Announce a check made within the request."""
        hooks.resource_saved(context)

    def after_resource_update(self, context: dict[str, Any], resource: dict[str, Any]) -> None:
        """Announce a check made within the request."""
        hooks.resource_saved(context)

    def after_dataset_create(self, context: dict[str, Any], pkg_dict: dict[str, Any]) -> None:
        """Ask for checks of the new resources."""
        hooks.saved(context, pkg_dict["id"])

    def after_dataset_update(self, context: dict[str, Any], pkg_dict: dict[str, Any]) -> None:
        """Ask for checks of the changed resources."""
        hooks.saved(context, pkg_dict["id"])

    def after_dataset_show(self, context: dict[str, Any], pkg_dict: dict[str, Any]) -> None:
        """Show the status from the table."""
        if table_ready():
            store.overlay(pkg_dict.get("resources") or [])

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        """Show the status from the table; the index may be older."""
        if table_ready():
            results = search_results.get("results") or []
            store.overlay([r for one in results for r in one.get("resources") or []])
        return search_results

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Index the statuses under `vocab_validation_status`, for facets."""
        if table_ready():
            dataset = json.loads(pkg_dict.get("validated_data_dict") or "{}")
            ids = [one["id"] for one in dataset.get("resources") or [] if one.get("id")]
            found = sorted({status for status, _ in store.statuses(ids).values()})
            if found:
                pkg_dict["vocab_validation_status"] = found
        return pkg_dict
