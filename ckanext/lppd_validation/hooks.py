"""What happens around a save: which resources are checked, when, and what goes stale.

State of one save lives in the action's context, never in the process: several threads and
several web processes save at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ckan import model

from ckanext.lppd_validation import interfaces, outbox, settings, store
from ckanext.lppd_validation.model import table_ready
from ckanext.lppd_validation.outcome import Outcome
from ckanext.lppd_validation.resources import Fingerprint, as_dict, fingerprint

_KEY = "lppd_validation"
DECLINED = "declined"
# Of one resource within one request: its outcome, or that a plugin declined the check.
Result = Outcome | str


@dataclass
class Save:
    """One save: what was stored before, and what was checked within the request.

    `checked` pairs a resource dict of the request (by identity) with its result; `results` holds
    the same by position once the whole dataset is known; `announce` are the ids of resources
    whose result other plugins hear about after the commit.
    """

    before: dict[str, Fingerprint] = field(default_factory=dict)
    checked: list[tuple[dict[str, Any], Result]] = field(default_factory=list)
    results: dict[int, Result] = field(default_factory=dict)
    announce: list[str] = field(default_factory=list)

    def result_of(self, resource: dict[str, Any]) -> Result | None:
        """Return the result of this very dict, None where it was not looked at."""
        return next((result for one, result in self.checked if one is resource), None)


def start_resource(context: dict[str, Any]) -> Save:
    """Begin the save of one resource; leftovers of a failed save in the same context go."""
    save = Save()
    context[_KEY] = save
    return save


@contextmanager
def dataset_save(context: dict[str, Any], dataset_id: str | None) -> Iterator[Save]:
    """Note the stored resources of a dataset for the time of one save.

    A save inside a save (another plugin patching the dataset with the same context) gets notes of
    its own, and those of the outer one come back afterwards.
    """
    outer = context.get(_KEY)
    save = Save()
    if isinstance(outer, Save):
        save.checked, save.announce = outer.checked, outer.announce
    dataset = model.Package.get(dataset_id) if dataset_id else None
    if dataset is not None:
        save.before = {one.id: fingerprint(as_dict(one)) for one in dataset.resources}
    context[_KEY] = save
    try:
        yield save
    finally:
        if isinstance(outer, Save):
            context[_KEY] = outer
        else:
            context.pop(_KEY, None)


def place_results(save: Save, resources: Sequence[Any]) -> None:
    """Turn results by identity into results by position, the order in which CKAN saves."""
    for index, resource in enumerate(resources):
        result = save.result_of(resource) if isinstance(resource, dict) else None
        if result is not None:
            save.results[index] = result


def saved(context: dict[str, Any], dataset_id: str) -> None:
    """Look over a dataset that is being saved, inside its transaction; nothing is committed."""
    dataset = model.Package.get(dataset_id)
    if dataset is None or not table_ready():
        return
    save = context.get(_KEY)
    if not isinstance(save, Save):
        # Saved around our actions: nothing is known of the time before, so all is checked again.
        save = Save()
    resources = list(dataset.resources)
    for index, resource in enumerate(resources):
        _scrub(resource)
        _look_at(context, save, as_dict(resource), save.results.get(index))
    store.remove(set(save.before) - {one.id for one in resources})


def resource_saved(context: dict[str, Any]) -> None:
    """End the save of one resource, after its commit."""
    save = context.pop(_KEY, None)
    if isinstance(save, Save):
        announce(save)


def announce(save: Save) -> None:
    """Tell other plugins of checks made within the request; called after the commit.

    Raises:
        Exception: whatever a receiver raises; the data and the result are saved by then.
    """
    while save.announce:
        resource_id = save.announce.pop(0)
        row = store.latest(resource_id)
        if row is not None:
            interfaces.announce(store.dictize(row))


def _scrub(resource: model.Resource) -> None:
    """Take the server's own fields out of what is stored: a client may have sent them."""
    extras = resource.extras or {}
    if any(name in extras for name in store.SERVER_FIELDS):
        resource.extras = {k: v for k, v in extras.items() if k not in store.SERVER_FIELDS}


def _look_at(
    context: dict[str, Any], save: Save, resource: dict[str, Any], result: Result | None
) -> None:
    resource_id = resource["id"]
    if isinstance(result, Outcome):
        store.record(resource_id, result)
        save.announce.append(resource_id)
        return
    is_new = resource_id not in save.before
    if not is_new and save.before[resource_id] == fingerprint(resource):
        if settings.clean_reports() and not settings.is_supported(resource["format"]):
            store.remove([resource_id])
        return
    mode = settings.create_mode() if is_new else settings.update_mode()
    if result == DECLINED or mode is None or not _checkable(context, resource):
        # A verdict about other bytes, another format or other rules must not stay.
        store.remove([resource_id])
        return
    store.reset(resource_id)
    outbox.enqueue_after_commit(resource_id)


def _checkable(context: dict[str, Any], resource: dict[str, Any]) -> bool:
    if resource["url_type"] != "upload" or not settings.is_supported(resource["format"]):
        return False
    return interfaces.wants_check(context, resource)
