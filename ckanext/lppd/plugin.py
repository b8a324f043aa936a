"""Wiring of the `lppd` plugin: which module answers which CKAN interface. No rule lives here."""

from __future__ import annotations

from typing import Any

from ckan import plugins as p
from ckan.lib.plugins import DefaultTranslation
from ckan.plugins import toolkit

from ckanext.lppd import wiring
from ckanext.lppd.cli import get_commands
from ckanext.lppd.helper_modules import get_helpers
from ckanext.lppd.logic.action import get_actions
from ckanext.lppd.logic.auth_table import get_auth_functions
from ckanext.lppd.release import health, index_behind, storage, tables
from ckanext.lppd.release.labels import (
    GovernedPermissionLabels,
    ask_what_is_rechecked,
    drop_unreleased,
)
from ckanext.lppd.views import get_blueprints
from ckanext.lppd.workflow import datasets
from ckanext.lppd_validation.interfaces import IDataValidation


@toolkit.blanket.auth_functions(get_auth_functions)
@toolkit.blanket.actions(get_actions)
@toolkit.blanket.blueprints(get_blueprints)
@toolkit.blanket.cli(get_commands)
@toolkit.blanket.helpers(get_helpers)
@toolkit.blanket.config_declarations
class LppdPlugin(GovernedPermissionLabels, DefaultTranslation, p.SingletonPlugin):
    """LPPD indicators and Satu Data on a CKAN portal."""

    p.implements(p.IConfigurer)
    p.implements(p.ITranslation)
    p.implements(p.IPermissionLabels)
    p.implements(p.IUploader, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IResourceController, inherit=True)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IForkObserver, inherit=True)
    p.implements(IDataValidation, inherit=True)

    def update_config(self, config: Any) -> None:
        """Add templates, assets and the dataset schemas."""
        toolkit.add_template_directory(config, "templates")
        toolkit.add_resource("assets", "lppd")
        wiring.add_dataset_schemas(config)

    def make_middleware(self, app: Any, config: Any) -> Any:
        """Look at the gate at the first request of each web process."""
        app.before_request(health.announce_web)
        return app

    def before_fork(self) -> None:
        """Look at the gate in a worker that was not started by `ckan jobs worker`."""
        health.announce_worker()

    def get_resource_uploader(self, data_dict: dict[str, Any]) -> Any:
        """Store governed uploads by their hash; None leaves all others to CKAN."""
        return storage.governed_uploader(data_dict)

    def can_validate(self, context: Any, data_dict: dict[str, Any]) -> bool:
        """Leave governed files to our own check: one file has one verdict and one badge."""
        return not datasets.is_governed_resource(data_dict)

    def after_dataset_create(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        """Tie a new governed dataset to its isian, in the same transaction."""
        datasets.created(context, pkg_dict)

    def after_dataset_update(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        """Record an edit of governed content, in the same transaction."""
        datasets.updated(context, pkg_dict)

    def after_resource_create(self, context: Any, resource: dict[str, Any]) -> None:
        """Have a new governed file checked."""
        datasets.file_changed(context, resource)

    def after_resource_update(self, context: Any, resource: dict[str, Any]) -> None:
        """Have a changed governed file checked."""
        datasets.file_changed(context, resource)

    def after_dataset_show(self, context: Any, pkg_dict: dict[str, Any]) -> None:
        """Say which files have a DataStore table now; nobody reads it before an update."""
        if not context.get("for_update"):
            tables.mark_active(pkg_dict)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Pass over what was withdrawn; have hits carry what tells whether they are released."""
        return ask_what_is_rechecked(index_behind.leave_out(search_params))

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        """Drop hits that the database does not call public."""
        return drop_unreleased(search_results, search_params)
