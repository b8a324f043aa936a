# ruff: noqa: E501 - one row of a table on one line
"""Paths to public through actions, forms and commands; `test_paths_to_public.py` walks them.

Name -> what is tried, and what the refusal says to somebody whom CKAN's own permissions let through
(a sysadmin, `ignore_auth`). An empty sentence: the call is harmless or CKAN itself refuses it; the
reader sees no difference either way.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ckan import model
from ckan.cli.dataset import dataset as dataset_command
from ckan.lib.search import rebuild
from ckan.logic.schema import default_create_package_schema, default_update_package_schema
from click.testing import CliRunner

from tests.portal.attack import API, Attack, Refused, Target, other_file

Try = Callable[[Attack], Any]
OPEN = "sampai walidata menerbitkannya"
FROZEN = "sudah terpublikasi dan terkunci"
GATE = "hanya dapat tampil untuk umum lewat Terbitkan"
OWNER = "pemilik"
TABLE = "diisi oleh portal"
LINK = "tautan ke situs lain tidak dapat diperiksa"
VIEW = "Pilih tampilan tabel"
FOREIGN = "bukan milik dataset ini"


def patch(**changes: Any) -> Try:
    """Patch the draft."""
    return lambda a: a.call("package_patch", id=a.draft.package_id, **changes)


def update(**changes: Any) -> Try:
    """Send the whole draft back with changes."""
    return lambda a: a.call("package_update", **a.dataset(a.draft, **changes))


def frozen(**changes: Any) -> Try:
    """Patch the published dataset."""
    return lambda a: a.call("package_patch", id=a.public.package_id, **changes)


def frozen_file(**changes: Any) -> Try:
    """Patch a file of the published dataset."""
    return lambda a: a.call("resource_patch", id=a.public.resource_id, **changes)


def without(name: str) -> Try:
    """Send the draft back open, with one field left out."""

    def attempt(a: Attack) -> Any:
        dataset = a.dataset(a.draft, private=False)
        dataset.pop(name)
        return a.call("package_update", **dataset)

    return attempt


def revise(target: Callable[[Attack], Target], **parts: Any) -> Try:
    """Revise a dataset."""
    return lambda a: a.call("package_revise", match={"id": target(a).package_id}, **parts)


def steps(*attempts: Try) -> Try:
    """Do one after the other; a refused step does not end it, the last refusal counts."""

    def attempt(a: Attack) -> None:
        refusal = None
        for step in attempts:
            try:
                step(a)
            except Refused as refused:
                model.Session.rollback()
                refusal = refused
        if refusal is not None:
            raise refusal

    return attempt


def on_draft(a: Attack) -> Target:
    """Name the draft."""
    return a.draft


def on_public(a: Attack) -> Target:
    """Name the published dataset."""
    return a.public


def delete_draft_file(a: Attack) -> Any:
    """Delete the draft's file: the row stays, as `deleted`, and so do its bytes."""
    return a.call("resource_delete", id=a.draft.resource_id)


def stolen_file(a: Attack) -> Any:
    """Make an ordinary public dataset with a file that claims the id of a governed one."""
    resource = {"id": a.draft.resource_id, "url": "capaian.csv", "url_type": "upload"}
    return a.call(
        "package_create",
        name="curian",
        owner_org=a.agencies["disdukcapil"],
        private=False,
        resources=[resource],
    )


def twin(target: Callable[[Attack], Target], attempt: Try) -> Try:
    """Have an ordinary dataset of one's own bear a governed dataset's id as its name, then try."""

    def twice(a: Attack) -> Any:
        try:
            a.call("package_create", name=target(a).package_id, private=True, **ORG)
        except Refused:
            model.Session.rollback()
        return attempt(a)

    return twice


def view_moved(a: Attack) -> Any:
    """Put a view on a file of an ordinary dataset, and take it over to the published one."""
    said = {"title": "Lihat", "description": "angka sebenarnya 90"}
    new = {"resource_id": a.stock.resource_id, "view_type": "datatables_view", **said}
    made = a.call("resource_view_create", **new)
    return a.call("resource_view_update", **{**made, "resource_id": a.public.resource_id})


def harvested(action: str, schema: Callable[[], Any], **changes: Any) -> Try:
    """Write as a harvester: the core schema in the context, `ignore_auth`, commit later."""

    def attempt(a: Attack) -> None:
        data = changes if action == "package_create" else a.dataset(a.draft, **changes)
        context = {"schema": schema(), "defer_commit": True, "return_id_only": True}
        a.within(action, context, **data)
        model.Session.commit()

    return attempt


def with_token(a: Attack) -> Any:
    """Claim to be the workflow itself."""
    context = {"lppd_internal": object(), "lppd_checks_follow": True}
    return a.within("package_patch", context, id=a.draft.package_id, private=False)


def command(*words: str) -> Try:
    """Run a `ckan dataset` command on the published dataset."""

    def attempt(a: Attack) -> None:
        with a.world.inside():
            CliRunner().invoke(dataset_command, [*words, a.public.name])

    return attempt


def rebuilt(a: Attack) -> None:
    """Index everything anew, as `ckan search-index rebuild` does."""
    with a.world.inside():
        rebuild()


def form(address: str, target: Callable[[Attack], Target] = on_draft, **fields: Any) -> Try:
    """Post a web form."""

    def attempt(a: Attack) -> Any:
        t = target(a)
        filled = address.format(name=t.name, resource=t.resource_id, org="disdukcapil")
        return a.post(filled, data={n.format(id=t.package_id): v for n, v in fields.items()})

    return attempt


def view(kind: str, target: Callable[[Attack], Target] = on_public, **fields: Any) -> Try:
    """Put a view on a file."""
    return lambda a: a.call(
        "resource_view_create",
        resource_id=target(a).resource_id,
        view_type=kind,
        **{"title": "Lihat", **fields},
    )


def table(action: str, **data: Any) -> Try:
    """Write to the DataStore table of the published file."""
    return lambda a: a.call(action, resource_id=a.public.resource_id, force=True, **data)


def upload(action: str, **data: Any) -> Try:
    """Upload a file that nobody approved to the published dataset."""

    def attempt(a: Attack) -> Any:
        ids = {"package_id": a.public.package_id} if action.endswith("create") else {}
        ids = ids or {"id": a.public.resource_id}
        return a.call(action, **ids, upload=other_file(), url="capaian.csv", **data)

    return attempt


ORG = {"owner_org": "disdukcapil"}
NEW: dict[str, Any] = {"title": "Baru", "private": False, "state": "active", "name": "baru-terbuka"}
# fmt: off
VISIBILITY: dict[str, tuple[Try, str]] = {
    "patch private false": (patch(private=False), OPEN),
    "patch private 'False'": (patch(private="False"), OPEN),
    "patch private 0": (patch(private=0), OPEN),
    "patch private 'no'": (patch(private="no"), OPEN),
    "patch private empty": (patch(private=""), ""),
    "patch private null": (patch(private=None), OPEN),
    "patch private []": (patch(private=[]), OPEN),
    "patch private [false]": (patch(private=[False]), ""),
    "patch private nonsense": (patch(private="mungkin"), OPEN),
    "patch private object": (patch(private={"a": 1}), ""),
    "update private false": (update(private=False), OPEN),
    "update by name": (lambda a: a.call("package_update", **{**a.dataset(a.draft, private=False), "id": a.draft.name}), OPEN),
    "update without private": (update(private=""), ""),
    "update with private left out": (without("private"), ""),
    "update without owner": (without("owner_org"), OPEN),
    "update without resources": (without("resources"), OPEN),
    "update without type": (without("type"), OPEN),
    "update of another name with this id": (update(name="lain", private=False), OPEN),
    "revise update": (revise(on_draft, update={"private": False}), OPEN),
    "revise filter": (revise(on_draft, filter=["-private"]), ""),
    "revise a file and open": (lambda a: a.call("package_revise", match={"id": a.draft.package_id}, update={"private": False}, **{"update__resources__0": {"name": "x"}}), OPEN),
    "revise matched by name": (lambda a: a.call("package_revise", match={"name": a.draft.name}, update={"private": False}), OPEN),
    "bulk_update_public": (lambda a: a.call("bulk_update_public", datasets=[a.draft.package_id], org_id=a.agencies["disdukcapil"]), OPEN),
    "bulk_update_public by name": (lambda a: a.call("bulk_update_public", datasets=[a.draft.name, a.draft.package_id], org_id="disdukcapil"), OPEN),
    "delete, then active": (steps(lambda a: a.call("package_delete", id=a.draft.package_id), patch(state="active", private=False)), OPEN),
    "delete, then the whole": (steps(lambda a: a.call("package_delete", id=a.draft.package_id), update(state="active", private=False)), OPEN),
    "draft, open, active": (steps(patch(state="draft", private=False), patch(state="active")), ""),
    "state nonsense": (patch(state="published", private=False), OPEN),
    "type": (patch(type="dataset", private=False), OPEN),
    "type alone": (patch(type="dataset"), ""),
    "update type": (update(type="dataset", private=False), OPEN),
    "owner by patch": (patch(owner_org="dinkes", private=False), OWNER),
    "package_owner_org_update": (steps(lambda a: a.call("package_owner_org_update", id=a.draft.package_id, organization_id="dinkes"), patch(private=False)), OPEN),
    "no owner": (lambda a: a.call("package_owner_org_update", id=a.draft.package_id, organization_id=""), OWNER),
    "fields of a release": (patch(private=False, lppd_manifest="x", release="x", sha256="0" * 64), OPEN),
    "extras of a release": (patch(private=False, extras=[{"key": "private", "value": "false"}]), OPEN),
    "lppd_terbitkan a draft": (lambda a: a.call("lppd_terbitkan", id=a.draft.isian_id, manifest="x"), ""),
    "lppd_setujui a draft": (lambda a: a.call("lppd_setujui", id=a.draft.isian_id, manifest="x"), ""),
    "lppd_terbitkan with another manifest": (lambda a: a.call("lppd_terbitkan", id=a.approved.isian_id, manifest="x"), ""),
    "open what is approved": (lambda a: a.call("package_patch", id=a.approved.package_id, private=False), OPEN),
    "open what is approved, whole": (lambda a: a.call("package_update", **a.dataset(a.approved, private=False)), OPEN),
    "bulk what is approved": (lambda a: a.call("bulk_update_public", datasets=[a.approved.package_id], org_id="disdukcapil"), OPEN),
    "create an open sectoral dataset": (lambda a: a.call("package_create", type="data-sektoral", **NEW, **ORG), ""),
    "create the indicator again": (lambda a: a.call("package_create", type="indikator-lppd", edisi="2025", kode_indikator="2.f.1", tahun="2025", **NEW, **ORG), "sudah ada"),
    "create with files": (lambda a: a.call("package_create", type="data-sektoral", resources=[{"url": "http://example.org/x.csv"}], **NEW, **ORG), "lalu unggah berkasnya"),
    "create with the draft's id": (lambda a: a.call("package_create", id=a.draft.package_id, **NEW, **ORG), ""),
    "create with the draft's name": (lambda a: a.call("package_create", **{**NEW, "name": a.draft.name}, **ORG), ""),
    "create with a governed file's id": (stolen_file, ""),
    "create with a deleted file's id": (steps(delete_draft_file, stolen_file), GATE),
    "add a deleted file's id elsewhere": (steps(delete_draft_file, lambda a: a.call("resource_create", package_id=a.stock.package_id, id=a.draft.resource_id, url="capaian.csv", url_type="upload")), GATE),
    "send a deleted file's id elsewhere": (steps(delete_draft_file, lambda a: a.call("package_update", **a.dataset(a.stock, resources=[{"id": a.draft.resource_id, "url": "capaian.csv", "url_type": "upload"}]))), GATE),
    "move a file to an open dataset": (lambda a: a.call("resource_patch", id=a.draft.resource_id, package_id=a.stock.package_id), ""),
    "harvest a new one": (harvested("package_create", default_create_package_schema, type="data-sektoral", owner_org="disdukcapil", **NEW), ""),
    "harvest over the draft": (harvested("package_update", default_update_package_schema, private=False), OPEN),
    "claim to be the workflow": (with_token, OPEN),
    "organization_delete": (lambda a: a.call("organization_delete", id="disdukcapil"), ""),
    "organization_purge": (lambda a: a.call("organization_purge", id="disdukcapil"), ""),
    "organization state": (lambda a: a.call("organization_patch", id="disdukcapil", state="deleted"), ""),
    "member of another organisation": (lambda a: a.call("member_create", id="dinkes", object=a.draft.package_id, object_type="package", capacity="public"), ""),
    "out of its organisation": (lambda a: a.call("member_delete", id="disdukcapil", object=a.draft.package_id, object_type="package"), ""),
    "group with the draft": (lambda a: a.call("group_create", name="topik-baru", packages=[{"name": a.draft.name}]), ""),
    "setting by action": (lambda a: a.call("config_option_update", **{"ckan.auth.create_unowned_dataset": True}), ""),
    "patch by an id in a list": (lambda a: a.call("package_patch", id=[a.draft.package_id], private=False), ""),
    "update by an id in a list": (lambda a: a.call("package_update", **{**a.dataset(a.draft, private=False), "id": [a.draft.package_id]}), ""),
    "revise by an id in a list": (lambda a: a.call("package_revise", match={"id": [a.draft.package_id]}, update={"private": False}), ""),
    "bulk of ids in lists": (lambda a: a.call("bulk_update_public", datasets=[[a.draft.package_id]], org_id="disdukcapil"), "sebagai teks"),
    "the draft's id as a name": (twin(on_draft, patch(private=False)), OPEN),
    "the draft's id as a name, new owner": (twin(on_draft, lambda a: a.call("package_owner_org_update", id=a.draft.package_id, organization_id="dinkes")), OWNER),
    "a file by the draft's id as a name": (twin(on_draft, lambda a: a.call("resource_create", package_id=a.draft.package_id, url="http://example.org/x.csv")), LINK),
    "group that gets the draft": (lambda a: a.call("group_create", name="topik-lain", packages=[{"id": a.draft.package_id, "capacity": "public"}]), ""),
    "organisation with the draft": (lambda a: a.call("organization_patch", id="dinkes", packages=[{"id": a.draft.package_id}]), ""),
    "nested organisation": (patch(organization={"id": "dinkes"}, groups=[{"name": "dinkes"}], private=False), OPEN),
    "GET of an action": (lambda a: a.get(f"{API}package_patch?id={a.draft.package_id}&private=false"), ""),
    "action by form fields": (lambda a: a.post(API + "package_patch", data={"id": a.draft.package_id, "private": "False"}), OPEN),
    "action by JSON in a form": (lambda a: a.post(API + "package_patch", data=json.dumps({"id": a.draft.package_id, "private": "0"}), content_type="application/x-www-form-urlencoded"), OPEN),
    "edit form": (form("/indikator-lppd/edit/{name}", private="False", save="save"), ""),
    "edit form of another type": (form("/dataset/edit/{name}", private="False", save="save", type="dataset"), ""),
    "file form that finishes": (form("/dataset/{name}/resource/new", save="go-metadata", id="", url=""), ""),
    "file form that publishes": (form("/dataset/{name}/resource/new", save="go-metadata-publish", id="", url=""), ""),
    "bulk form": (form("/organization/bulk_process/{org}", **{"bulk_action.public": "x", "dataset_{id}": "on"}), ""),
    "new dataset form": (form("/data-sektoral/new", title="Baru", name="baru-form", private="False", save="save"), ""),
}
CONTENT: dict[str, tuple[Try, str]] = {
    "title": (frozen(title="Judul lain"), FROZEN),
    "notes": (frozen(notes="Catatan lain"), FROZEN),
    "licence": (frozen(license_id="odc-pddl"), FROZEN),
    "declared field": (frozen(definisi="Definisi lain"), FROZEN),
    "author": (frozen(author="Orang lain"), FROZEN),
    "address": (frozen(url="http://example.org"), FROZEN),
    "version": (frozen(version="2"), FROZEN),
    "name": (frozen(name="nama-lain"), ""),
    "catalogue field": (frozen(satuan="ekor"), ""),
    "keywords": (frozen(tags=[{"name": "lain"}]), FROZEN),
    "keywords as text": (frozen(tag_string="lain"), ""),
    "translated title": (frozen(title_translated={"en": "Other"}), ""),
    "extras": (frozen(extras=[{"key": "catatan", "value": "lain"}]), ""),
    "plugin data": (frozen(plugin_data={"x": 1}), ""),
    "private": (frozen(private=True), FROZEN),
    "deleted": (frozen(state="deleted"), FROZEN),
    "back to draft": (frozen(state="draft"), FROZEN),
    "no files": (frozen(resources=[]), FROZEN),
    "one file less": (lambda a: a.call("package_patch", id=a.public.package_id, resources=a.dataset(a.public)["resources"][:1]), FROZEN),
    "files reversed": (lambda a: a.call("package_patch", id=a.public.package_id, resources=a.dataset(a.public)["resources"][::-1]), FROZEN),
    "one file more": (lambda a: a.call("package_patch", id=a.public.package_id, resources=[*a.dataset(a.public)["resources"], {"url": "http://example.org"}]), LINK),
    "revise a file's name": (revise(on_public, **{"update__resources__0": {"name": "lain"}}), FROZEN),
    "revise by extending": (revise(on_public, **{"update__resources__extend": [{"url": "http://example.org/x.csv"}]}), LINK),
    "revise files away": (revise(on_public, filter=["-resources"]), ""),
    "reorder": (lambda a: a.call("package_resource_reorder", id=a.public.package_id, order=a.public.resources[::-1]), FROZEN),
    "package_delete": (lambda a: a.call("package_delete", id=a.public.package_id), FROZEN),
    "dataset_purge": (lambda a: a.call("dataset_purge", id=a.public.package_id), FROZEN),
    "bulk delete": (lambda a: a.call("bulk_update_delete", datasets=[a.public.package_id], org_id="disdukcapil"), "satu per satu"),
    "bulk private": (lambda a: a.call("bulk_update_private", datasets=[a.public.package_id], org_id="disdukcapil"), FROZEN),
    "other owner": (lambda a: a.call("package_owner_org_update", id=a.public.package_id, organization_id="dinkes"), OWNER),
    "file upload": (upload("resource_patch"), FROZEN),
    "file update": (upload("resource_update"), FROZEN),
    "new file": (upload("resource_create", name="lain.csv", peran="rincian"), FROZEN),
    "second capaian": (upload("resource_create", name="lain.csv", peran="capaian"), "hanya boleh satu"),
    "lppd_isian_unggah": (lambda a: a.call("lppd_isian_unggah", id=a.public.isian_id, upload=other_file()), ""),
    "upload under another id": (lambda a: a.call("resource_create", package_id=a.draft.package_id, id=a.public.resource_id, upload=other_file(), url="capaian.csv"), FOREIGN),
    "the file's id in another dataset": (lambda a: a.call("resource_update", id=a.public.resource_id, package_id=a.stock.package_id, url="capaian.csv", url_type="upload"), ""),
    "file deleted": (lambda a: a.call("resource_delete", id=a.public.resource_id), FROZEN),
    "file state": (frozen_file(state="deleted"), ""),
    "file name": (frozen_file(name="lain.csv"), FROZEN),
    "file note": (frozen_file(description="lain"), FROZEN),
    "file format": (frozen_file(format="PDF"), ""),
    "file part": (frozen_file(peran="rincian"), FROZEN),
    "file elsewhere": (frozen_file(url="http://example.org/lain.csv", url_type=""), ""),
    "file at another host": (frozen_file(url="http://example.org/lain.csv", url_type="upload"), ""),
    "file hash": (frozen_file(sha256="0" * 64, schema_sha256="1" * 64), ""),
    "file size and time": (frozen_file(size=1, mimetype="text/html", last_modified="2001-01-01"), ""),
    "clear_upload": (frozen_file(clear_upload=True, url="http://example.org/x.csv"), LINK),
    "a link in the draft": (lambda a: a.call("resource_create", package_id=a.draft.package_id, url="http://example.org/x.csv", url_type="upload", sha256="0" * 64), LINK),
    "datastore_create": (table("datastore_create", fields=[{"id": "a"}], records=[{"a": "1"}]), TABLE),
    "datastore_create by resource": (lambda a: a.call("datastore_create", resource={"package_id": a.public.package_id}, fields=[{"id": "a"}]), TABLE),
    "datastore_create by name": (lambda a: a.call("datastore_create", resource={"package_id": a.public.name, "id": a.public.resource_id}, fields=[{"id": "a"}]), TABLE),
    "datastore alias": (lambda a: a.call("datastore_create", resource_id=a.stock.resource_id, force=True, aliases=[a.public.resource_id], fields=[{"id": "a"}], records=[{"a": "90"}]), TABLE),
    "datastore alias as text": (lambda a: a.call("datastore_create", resource_id=a.stock.resource_id, force=True, aliases=f"x, {a.draft.resource_id}", fields=[{"id": "a"}]), TABLE),
    "datastore_upsert": (table("datastore_upsert", records=[{"a": "1"}], method="insert"), TABLE),
    "datastore_delete": (table("datastore_delete"), TABLE),
    "datastore_records_delete": (table("datastore_records_delete", filters={}), TABLE),
    "datastore_run_triggers": (table("datastore_run_triggers"), TABLE),
    "web page view": (view("webpage_view", page_url="http://example.org"), VIEW),
    "image view": (view("image_view", image_url="http://example.org/x.png"), VIEW),
    "text view": (view("text_view"), VIEW),
    "view before publication": (view("webpage_view", on_draft, page_url="http://example.org"), VIEW),
    "table view that says more": (view("datatables_view", description="angka sebenarnya 90"), "Kosongkan"),
    "view form": (form("/dataset/{name}/resource/{resource}/new_view?view_type=webpage_view", on_public, title="x", page_url="http://example.org"), ""),
    "view taken over": (view_moved, ""),
    "views by default": (lambda a: a.call("resource_create_default_resource_views", resource=a.dataset(a.public)["resources"][0], create_datastore_views=True), ""),
    "views by default of a dataset": (lambda a: a.call("package_create_default_resource_views", package=a.dataset(a.public), create_datastore_views=True), ""),
    "title by a twin": (twin(on_public, frozen(title="Judul lain")), FROZEN),
    "delete by a twin": (twin(on_public, lambda a: a.call("package_delete", id=a.public.package_id)), FROZEN),
    "purge by a twin": (twin(on_public, lambda a: a.call("dataset_purge", id=a.public.package_id)), FROZEN),
    "relationship by a twin": (twin(on_public, lambda a: a.call("package_relationship_create", subject=a.public.package_id, object=a.stock.name, type="depends_on", comment="salah")), "keterangannya terbaca umum"),
    "relationship by an id in a list": (lambda a: a.call("package_relationship_create", subject=[a.public.package_id], object=a.stock.name, type="depends_on", comment="salah"), "sebagai teks"),
    "delete by an id in a list": (lambda a: a.call("package_delete", id=[a.public.package_id]), "sebagai teks"),
    "purge by an id in a list": (lambda a: a.call("dataset_purge", id=[a.public.package_id]), "sebagai teks"),
    "bulk delete by name": (lambda a: a.call("bulk_update_delete", datasets=[a.public.name], org_id="disdukcapil"), ""),
    "bulk private by name": (lambda a: a.call("bulk_update_private", datasets=[a.public.name], org_id="disdukcapil"), ""),
    "datastore by a package in a list": (lambda a: a.call("datastore_create", resource={"package_id": [a.public.package_id]}, fields=[{"id": "a"}]), ""),
    "relationship": (lambda a: a.call("package_relationship_create", subject=a.public.name, object=a.stock.name, type="depends_on", comment="salah"), "keterangannya terbaca umum"),
    "relationship from outside": (lambda a: a.call("package_relationship_create", subject=a.stock.name, object=a.public.name, type="derives_from", comment="salah"), "keterangannya terbaca umum"),
    "tag_delete": (lambda a: a.call("tag_delete", id="lppd"), GATE),
    "harvest over it": (lambda a: a.within("package_update", {"schema": default_update_package_schema(), "defer_commit": True}, **a.dataset(a.public, title="Panen")), FROZEN),
    "edit form of the published": (form("/indikator-lppd/edit/{name}", on_public, title="Lain", save="save"), ""),
    "file form of the published": (form("/indikator-lppd/{name}/resource/{resource}/edit", on_public, url="http://example.org", name="lain", save="go-metadata"), ""),
    "delete form of the published": (form("/dataset/delete/{name}", on_public), ""),
    "delete form of its file": (form("/dataset/{name}/resource/{resource}/delete", on_public), ""),
    "ckan dataset delete": (command("delete"), ""),
    "ckan dataset purge": (command("purge"), ""),
    "ckan search-index rebuild": (rebuilt, ""),
}
# fmt: on
# Not tried by everybody: in Python alone, or by a command without a person.
ONLY = {
    **dict.fromkeys(
        (
            "harvest a new one",
            "harvest over the draft",
            "harvest over it",
            "claim to be the workflow",
        ),
        ("ignore_auth",),
    ),
    **dict.fromkeys((name for name in CONTENT if name.startswith("ckan ")), ("ignore_auth",)),
}
OVER_HTTP = frozenset(
    name for name in (*VISIBILITY, *CONTENT) if "form" in name or name.startswith("GET ")
)
