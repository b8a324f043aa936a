"""Interfaces for other plugins, with the names and signatures of ckanext-validation."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator
from typing import Any

from ckan import plugins
from ckan.plugins.interfaces import Interface

log = logging.getLogger(__name__)


class IDataValidation(Interface):
    """Decide which resources are checked."""

    def can_validate(self, context: dict[str, Any], data_dict: dict[str, Any]) -> bool:
        """Return False to leave this resource unchecked.

        Args:
            context: the context of the action that saves the resource.
            data_dict: the resource.

        The format is looked at as well (`ckanext.validation.formats`), whatever is returned.
        """
        return True


class IPipeValidation(Interface):
    """Receive each finished check."""

    def receive_validation_report(self, validation_report: dict[str, Any]) -> None:
        """Handle one result.

        Args:
            validation_report: what `resource_validation_show` returns for the resource.

        Called after the result is committed, so a failure here cannot lose it.
        """


def implementations(interface: type[Interface]) -> Iterator[Any]:
    """Yield the plugins that implement our interface or its namesake of ckanext-validation.

    ckanext-validation may stay installed without being enabled: plugins written against its
    interfaces are asked as well, each once.
    """
    seen: list[Any] = []
    for one in (interface, _namesake(interface.__name__)):
        if one is None:
            continue
        for plugin in plugins.PluginImplementations(one):
            if plugin not in seen:
                seen.append(plugin)
                yield plugin


def _namesake(name: str) -> type[Interface] | None:
    try:
        module = importlib.import_module("ckanext.validation.interfaces")
    except ImportError:
        return None
    return getattr(module, name, None)


def wants_check(context: dict[str, Any], resource: dict[str, Any]) -> bool:
    """Ask every IDataValidation plugin; one False is enough to skip the resource."""
    for plugin in implementations(IDataValidation):
        if not plugin.can_validate(context, resource):
            log.debug("Resource %s is not checked: a plugin declined", resource.get("id"))
            return False
    return True


def announce(result: dict[str, Any]) -> None:
    """Hand a committed result to every IPipeValidation plugin.

    Raises:
        Exception: whatever a receiver raises; the result itself is already stored.
    """
    for plugin in implementations(IPipeValidation):
        plugin.receive_validation_report(result)
