"""What must go on working: ordinary datasets untouched, and every honest step on governed ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit

from tests.portal.conftest import Chain, as_upload, indicator_csv
from tests.portal.test_revision import revised_csv

pytestmark = pytest.mark.usefixtures("clean_index")
Step = Callable[[Chain], Any]


def stock(chain: Chain, **more: Any) -> dict[str, Any]:
    """Make an ordinary public dataset of the same organisation."""
    return chain.city.call(
        "produsen",
        "package_create",
        name="data-biasa",
        owner_org=chain.city.agencies["disdukcapil"],
        resources=[{"url": "http://example.org/a.csv", "name": "a"}],
        **more,
    )


def on_stock(action: str, who: str = "produsen", **data: Any) -> Step:
    """Do something to an ordinary dataset."""
    return lambda chain: chain.city.call(who, action, id=stock(chain)["id"], **data)


def stock_resource(action: str, **data: Any) -> Step:
    """Do something to a file of an ordinary dataset."""
    return lambda chain: chain.city.call(
        "produsen", action, id=stock(chain)["resources"][0]["id"], **data
    )


def stock_view(chain: Chain) -> Any:
    """Put a text on the page of an ordinary file: nobody else's business."""
    return chain.city.call(
        "produsen",
        "resource_create",
        package_id=stock(chain)["id"],
        url="http://example.org/b.csv",
        sha256="abc",
    )


def stock_extras(chain: Chain) -> Any:
    """Write free fields and keywords of an ordinary dataset."""
    return chain.city.call(
        "produsen",
        "package_patch",
        id=stock(chain)["id"],
        extras=[{"key": "k", "value": "v"}],
        tags=[{"name": "satu"}],
    )


def stock_bulk(chain: Chain) -> Any:
    """Open many ordinary datasets at once."""
    made = stock(chain, private=True)
    org = chain.city.agencies["disdukcapil"]
    chain.city.call("sysadmin", "bulk_update_public", datasets=[made["id"]], org_id=org)
    model.Session.expire_all()  # core writes past the objects of the session
    return chain.city.call("anonim", "package_show", id=made["id"])


def stock_relationship(chain: Chain) -> Any:
    """Relate two ordinary datasets."""
    first = stock(chain)
    second = chain.city.call(
        "produsen", "package_create", name="data-kedua", owner_org=first["owner_org"]
    )
    return chain.city.call(
        "sysadmin",
        "package_relationship_create",
        subject=first["id"],
        object=second["id"],
        type="depends_on",
    )


def draft_patch(**data: Any) -> Step:
    """Change a draft."""
    return lambda chain: chain.city.call(
        "produsen", "package_patch", id=chain.upload()["package_id"], **data
    )


def draft_file(chain: Chain) -> Any:
    """Upload over a draft's file by the core action."""
    resource_id = chain.upload()["capaian"]["resource_id"]
    return chain.city.call(
        "produsen", "resource_patch", id=resource_id, upload=as_upload(revised_csv())
    )


def draft_detail(chain: Chain) -> Any:
    """Add and remove a detail file."""
    made = chain.city.call(
        "produsen",
        "resource_create",
        package_id=chain.upload()["package_id"],
        upload=as_upload(b"a,b\n1,2\n", "rincian.csv"),
        url="rincian.csv",
        peran="rincian",
    )
    chain.city.call("produsen", "resource_delete", id=made["id"])
    return chain.show("produsen")


def deleted_and_back(chain: Chain) -> Any:
    """Delete a draft and fill it in again."""
    chain.city.call("produsen", "package_delete", id=chain.upload()["package_id"])
    return chain.upload()


def purged(chain: Chain) -> Any:
    """Purge a draft and fill it in again."""
    chain.city.call("sysadmin", "dataset_purge", id=chain.upload()["package_id"])
    return chain.upload()


def withdrawn_and_again(chain: Chain) -> Any:
    """Withdraw, mend, and publish again."""
    chain.published()
    chain.act("tarik_publikasi", "walidata", reason="angka keliru")
    chain.upload(revised_csv())
    chain.act("ajukan", "produsen")
    chain.act("setujui", "walidata", manifest=chain.show()["manifest"])
    return chain.act("terbitkan", "walidata", manifest=chain.show()["manifest"])


def revised(chain: Chain) -> Any:
    """Publish a revision."""
    chain.published()
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    copy.upload(revised_csv())
    copy.act("ajukan", "produsen")
    copy.act("setujui", "walidata", manifest=copy.show()["manifest"])
    return copy.act("terbitkan", "walidata", manifest=copy.show()["manifest"])


def unchanged(chain: Chain) -> Any:
    """Send a published dataset back as it is: a form saved without a change."""
    package_id = chain.published()["package_id"]
    dataset = chain.city.call("produsen", "package_show", id=package_id)
    return chain.city.call("produsen", "package_update", **dataset)


def followed(chain: Chain) -> Any:
    """Follow a published dataset."""
    return chain.city.call("orang_luar", "follow_dataset", id=chain.published()["package_id"])


def in_a_group(chain: Chain) -> Any:
    """Put a published dataset under a topic: where it is listed is the portal's affair."""
    package_id = chain.published()["package_id"]
    group = chain.city.call("sysadmin", "group_create", name="topik")
    return chain.city.call(
        "sysadmin",
        "member_create",
        id=group["id"],
        object=package_id,
        object_type="package",
        capacity="public",
    )


def unused_tag(chain: Chain) -> Any:
    """Delete a keyword that no published dataset carries."""
    chain.published()
    made = stock(chain, tags=[{"name": "usang"}])
    chain.city.call("sysadmin", "tag_delete", id="usang")
    return chain.city.call("anonim", "package_show", id=made["id"])


def renamed_organisation(chain: Chain) -> Any:
    """Give the agency another title; its published data stays public."""
    package_id = chain.published()["package_id"]
    chain.city.call("sysadmin", "organization_patch", id="disdukcapil", title="Dinas Baru")
    return chain.city.call("anonim", "package_show", id=package_id)


def reindexed(chain: Chain) -> Any:
    """Index everything anew: what is public is found, nothing else."""
    from ckan.lib.search import rebuild

    package_id = chain.published()["package_id"]
    rebuild()
    found = chain.city.call("anonim", "package_search", q="*:*")["results"]
    assert [hit["id"] for hit in found] == [package_id]
    return found


OPERATIONS: dict[str, Step] = {
    "stock: create": lambda chain: stock(chain),
    "stock: private and back": lambda chain: (
        on_stock("package_patch", private=True)(chain),
        chain.city.call("produsen", "package_patch", id="data-biasa", private=False),
    ),
    "stock: any field": on_stock("package_patch", title="Lain", author="x", url="http://x.org"),
    "stock: free fields and keywords": stock_extras,
    "stock: revise": lambda chain: chain.city.call(
        "produsen", "package_revise", match={"id": stock(chain)["id"]}, update={"title": "Lain"}
    ),
    "stock: another type's file link": stock_view,
    "stock: file changed": stock_resource("resource_patch", url="http://example.org/c.csv"),
    "stock: file deleted": lambda chain: (stock_resource("resource_delete")(chain), True),
    "stock: reorder": lambda chain: (
        (made := stock(chain))
        and chain.city.call(
            "produsen",
            "package_resource_reorder",
            id=made["id"],
            order=[made["resources"][0]["id"]],
        )
    ),
    "stock: other owner": lambda chain: (
        on_stock("package_owner_org_update", who="sysadmin", organization_id="dinkes")(chain),
        True,
    ),
    "stock: bulk": stock_bulk,
    "stock: relationship": stock_relationship,
    "stock: delete": lambda chain: (on_stock("package_delete")(chain), True),
    "stock: purge": lambda chain: (on_stock("dataset_purge", who="sysadmin")(chain), True),
    "draft: metadata": draft_patch(definisi="Definisi lain", tag_string="satu,dua"),
    "draft: private stays": draft_patch(private=True),
    "draft: file by resource_patch": draft_file,
    "draft: detail file": draft_detail,
    "draft: deleted and back": deleted_and_back,
    "draft: purged and again": purged,
    "submitted: taken back": lambda chain: chain.submitted() and chain.act("tarik", "produsen"),
    "approved: published": lambda chain: chain.published(),
    "published: saved unchanged": unchanged,
    "published: followed": followed,
    "published: in a group": in_a_group,
    "published: another keyword deleted": unused_tag,
    "published: organisation renamed": renamed_organisation,
    "published: index rebuilt": reindexed,
    "published: revised": revised,
    "withdrawn: published again": withdrawn_and_again,
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_it_works(chain: Chain, name: str) -> None:
    assert OPERATIONS[name](chain)
    model.Session.rollback()
    if name.startswith(("published", "approved", "withdrawn")):
        package_id = chain.show()["package_id"]
        assert chain.city.call("anonim", "package_show", id=package_id)["private"] is False
    elif not name.startswith("stock"):
        with pytest.raises((toolkit.NotAuthorized, toolkit.ObjectNotFound)):
            chain.city.call("anonim", "package_show", id=chain.show("produsen")["package_id"])


def test_an_upload_by_hand_is_checked(chain: Chain) -> None:
    """The file form of CKAN itself leads to the same verdict as the page of the isian."""
    chain.upload(indicator_csv())
    draft_file(chain)
    assert chain.act("periksa", "produsen")["capaian"]["verdict"]["valid"]
