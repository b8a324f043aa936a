"""Bytes of governed files on every kind of storage: whole or not there, and never changed."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import resource as limits
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.model import Isian
from ckanext.lppd.release import blob_places, blobs
from ckanext.lppd.release.blobs import Key, LocalBlobs
from ckanext.lppd.release.storage import stored_sha256
from tests.portal import object_storage
from tests.portal.conftest import Chain, indicator_csv, open_isian
from tests.portal.test_races import Person, uncommitted

pytestmark = pytest.mark.usefixtures("clean_index")
ID = "b4d1f6a0-0000-4000-8000-000000000000"
BIG = b"0123456789abcdef" * 65536 * 2
KINDS = ("lokal",)
if toolkit.check_ckan_version("2.12"):
    KINDS += ("fs", "memory", *(["s3"] if object_storage.AVAILABLE else []))


def key_of(content: bytes, resource_id: str = ID) -> Key:
    """Return the name of these bytes."""
    return Key(resource_id, hashlib.sha256(content).hexdigest())


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    """Give an S3 server of the module's own."""
    with object_storage.s3_server() as address:
        yield address


@pytest.fixture(params=KINDS)
def kind(
    request: pytest.FixtureRequest, storage: Path, ckan_config: Any, monkeypatch: Any
) -> Iterator[str]:
    """Have core keep resources in a storage of each kind."""
    if request.param == "lokal":
        yield request.param
        return
    from ckan.lib import files

    settings: dict[str, Any] = {"type": f"ckan:{request.param}", "overwrite_existing": True}
    settings["path"] = str(storage / "keeper") if request.param == "fs" else ""
    if request.param == "s3":
        settings.update(object_storage.s3_settings(request.getfixturevalue("s3_address")))
    made = files.base.fk.make_storage("lppd-uji", {**settings, "initialize": True})
    files.storages.register("lppd-uji", made)
    monkeypatch.setitem(ckan_config, "ckan.files.default_storages.resource", "lppd-uji")
    yield request.param
    files.storages.members.pop("lppd-uji")


def test_the_storage_is_the_one_of_core(kind: str, storage: Path) -> None:
    place = blob_places.writing()
    assert (place.storage is None) == (kind == "lokal")
    assert isinstance(place, LocalBlobs) == (kind in ("lokal", "fs"))
    root = storage / "keeper" if kind == "fs" else storage
    place.write(key_of(b"isi"), io.BytesIO(b"isi"))
    assert (root / key_of(b"isi").location).exists() == (kind in ("lokal", "fs"))


def test_write_read_and_remove(kind: str) -> None:
    place, other = blob_places.writing(), ID.replace("b4", "c5")
    for resource_id in (ID, other):
        for content in (b"satu", BIG):
            place.write(key_of(content, resource_id), io.BytesIO(content))
            place.write(key_of(content, resource_id), io.BytesIO(content))
    assert place.size(key_of(BIG)) == len(BIG)
    assert b"".join(place.chunks(key_of(BIG))) == BIG
    with place.local(key_of(BIG)) as path:
        assert path.read_bytes() == BIG
    place.remove(ID, ())
    place.remove(ID, [key_of(BIG).sha256, key_of(b"tidak ada").sha256])
    assert not place.holds(key_of(BIG))
    with pytest.raises(FileNotFoundError):
        list(place.chunks(key_of(BIG)))
    with pytest.raises(FileNotFoundError):
        place.size(key_of(BIG))
    assert place.holds(key_of(BIG, other))


class Torn(io.BytesIO):
    """An upload whose sender goes away after the first piece, or sends other bytes then."""

    def read(self, size: int | None = -1) -> bytes:
        """Give the first piece and fail at the second."""
        if self.tell():
            raise OSError("cut")
        return super().read(16)


def test_a_cut_or_changed_upload_leaves_nothing(kind: str, storage: Path) -> None:
    place = blob_places.writing()
    place.write(key_of(b"lama"), io.BytesIO(b"lama"))
    for stream in (Torn(BIG), io.BytesIO(b"bukan isi itu")):
        with pytest.raises(OSError, match=r"cut|changed"):
            place.write(key_of(BIG), stream)
    assert not place.holds(key_of(BIG))
    assert b"".join(place.chunks(key_of(b"lama"))) == b"lama"
    assert [path for path in storage.rglob(".unggah-*")] == []


def replace(place: Any, key: Key, content: bytes) -> None:
    """Put other bytes under a name, as somebody with the storage's own keys can."""
    if isinstance(place, LocalBlobs):
        place.file(key).write_bytes(content)
        return
    settings = place.storage.settings
    name = place.storage.full_path(key.location)
    if hasattr(settings, "client"):
        settings.client.put_object(Bucket=settings.bucket, Key=name, Body=content)
    else:
        settings.bucket[name] = content


def test_damaged_bytes_are_mended_by_the_same_upload(kind: str) -> None:
    place = blob_places.writing()
    place.write(key_of(BIG), io.BytesIO(BIG))
    replace(place, key_of(BIG), BIG[:100])
    place.write(key_of(BIG), io.BytesIO(BIG))
    assert b"".join(place.chunks(key_of(BIG))) == BIG


def _write_many(root: str, barrier: Any) -> None:
    place = LocalBlobs(Path(root))
    barrier.wait(30)
    for _ in range(20):
        place.write(key_of(BIG), io.BytesIO(BIG))


def test_two_hosts_write_the_same_bytes_at_once(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(3)
    hosts = [fork.Process(target=_write_many, args=(str(tmp_path), barrier)) for _ in range(2)]
    for host in hosts:
        host.start()
    barrier.wait(30)
    place = LocalBlobs(tmp_path)
    seen = 0
    while any(host.is_alive() for host in hosts):
        if place.holds(key_of(BIG)):
            # whoever reads meanwhile reads all of it
            assert blobs.digest_of(place.chunks(key_of(BIG))) == key_of(BIG).sha256
            seen += 1
    assert [host.exitcode for host in hosts] == [0, 0] and seen
    assert len(list(place.file(key_of(BIG)).parent.iterdir())) == 1


def _write_until(root: str, stop: Any, barrier: Any) -> None:
    place = LocalBlobs(Path(root))
    barrier.wait(30)
    while not stop.is_set():
        with suppress(FileNotFoundError, FileExistsError):
            # a purge on the other host took the directory away, even between mkdir's two looks at
            # it: an orderly refusal of the upload
            place.write(key_of(BIG), io.BytesIO(BIG))


def test_a_purge_on_another_host_leaves_all_or_nothing(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    barrier, stop = fork.Barrier(3), fork.Event()
    arguments = (str(tmp_path), stop, barrier)
    hosts = [fork.Process(target=_write_until, args=arguments, daemon=True) for _ in range(2)]
    for host in hosts:
        host.start()
    place, key, seen = LocalBlobs(tmp_path), key_of(BIG), 0
    try:
        barrier.wait(30)
        deadline = time.monotonic() + 120
        while seen < 20 and time.monotonic() < deadline:
            with suppress(FileNotFoundError):
                assert blobs.digest_of(place.chunks(key)) == key.sha256
                seen += 1
                for _ in range(seen):
                    place.remove(ID, ())
    finally:
        stop.set()
        for host in hosts:
            host.join(30)
    assert [host.exitcode for host in hosts] == [0, 0] and seen == 20
    place.remove(ID, ())
    place.write(key, io.BytesIO(BIG))
    assert [path.name for path in place.file(key).parent.iterdir()] == [key.sha256]


NEW_FILE = text(
    "INSERT INTO resource (id, package_id, url, url_type, state, position, extras) "
    f"VALUES ('{ID}', :id, 'baru.csv', 'upload', 'active', 9, '{{}}')"
)


def test_a_purge_waits_for_an_upload_and_takes_its_bytes(
    chain: Chain, flask_app: Any, kind: str
) -> None:
    package_id = chain.upload()["package_id"]
    model.Session.rollback()
    with uncommitted(NEW_FILE, package_id) as upload:
        blob_places.writing().write(key_of(BIG), io.BytesIO(BIG))
        purge = Person(
            flask_app, lambda: chain.city.call("sysadmin", "dataset_purge", id=package_id)
        )
        purge.join(0.7)
        assert purge.is_alive(), "the purge did not wait for the upload"
        upload.commit()
        assert not isinstance(purge.done(), Exception), purge.outcome
    assert not blob_places.writing().holds(key_of(BIG))


def test_a_full_disk_changes_nothing(chain: Chain, storage: Path) -> None:
    first = chain.upload()["capaian"]
    soft, hard = limits.getrlimit(limits.RLIMIT_FSIZE)
    limits.setrlimit(limits.RLIMIT_FSIZE, (16, hard))
    try:
        with pytest.raises(toolkit.ValidationError) as refusal:
            chain.upload(indicator_csv() + b"\n")
    finally:
        limits.setrlimit(limits.RLIMIT_FSIZE, (soft, hard))
    assert "tidak dapat disimpan" in str(refusal.value.error_dict)
    assert chain.show("produsen")["capaian"]["sha256"] == first["sha256"]
    assert stored_sha256(first["resource_id"], first["sha256"]) == first["sha256"]
    assert list(storage.rglob(".unggah-*")) == []
    chain.upload(indicator_csv() + b"\n")
    assert chain.act("ajukan", "produsen")["state"] == "menunggu_walidata"


def fetch(web: Any, path: str) -> bytes:
    """Return what anybody downloads from a path."""
    answer = web.get(path)
    assert answer.status_code == 200, path
    return bytes(answer.data)


def test_the_whole_life_on_each_storage(chain: Chain, kind: str, web: Any) -> None:
    published = chain.published()
    name, file = published["dataset_name"], published["capaian"]
    core = f"/indikator-lppd/{name}/resource/{file['resource_id']}/download/capaian.csv"
    assert fetch(web, core) == indicator_csv()
    first = f"/lppd/versi/{name}/1/{file['resource_id']}/capaian.csv"
    assert fetch(web, first) == indicator_csv()
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    changed = indicator_csv() + b"\n"
    copy.upload(changed)
    copy.act("ajukan", "produsen")
    approved = copy.act("setujui", "walidata", manifest=copy.show()["manifest"])
    assert fetch(web, core) == indicator_csv()
    copy.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert fetch(web, core) == changed
    assert fetch(web, first) == indicator_csv()
    again = chain.show()["capaian"]
    assert stored_sha256(again["resource_id"], again["sha256"]) == key_of(changed).sha256


def test_changed_bytes_stop_publishing_on_each_storage(chain: Chain, kind: str) -> None:
    approved = chain.approved()
    place, key = (
        blob_places.writing(),
        Key(*(approved["capaian"][k] for k in ("resource_id", "sha256"))),
    )
    replace(place, key, b"lain")
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert "berubah" in str(refusal.value.error_dict)
    place.remove(key.resource_id, ())
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert "tidak dapat dibaca" in str(refusal.value.error_dict)


def test_a_purge_removes_only_its_own_bytes(chain: Chain, kind: str) -> None:
    other = Chain(chain.city, open_isian(chain.city, code="2.a.1").id)
    content = b"a,b\n1,2\n"
    kept = other.upload(content, peran="rincian", filename="x.csv")
    gone = chain.upload(content, peran="rincian", filename="x.csv")
    package_id = gone["package_id"]
    files = [Key(row.id, row.extras["sha256"]) for row in model.Package.get(package_id).resources]
    rest = [
        Key(row.id, row.extras["sha256"]) for row in model.Package.get(kept["package_id"]).resources
    ]
    chain.city.call("sysadmin", "dataset_purge", id=package_id)
    assert [key for key in files if blob_places.holding(key).holds(key)] == []
    assert all(blob_places.holding(key).holds(key) for key in rest) and rest
    assert {key.sha256 for key in files} == {key.sha256 for key in rest}
    assert model.Session.get(Isian, chain.id).package_id is None


@pytest.mark.skipif(len(KINDS) == 1, reason="the register of files came with CKAN 2.12")
def test_no_governed_file_is_put_into_the_register_of_core(chain: Chain, kind: str) -> None:
    """A registered file has an owner, who reads it, hands it on and removes it past every state."""
    file = chain.approved()["capaian"]
    key = Key(file["resource_id"], file["sha256"])
    place = blob_places.writing()
    if place.storage is None:
        return
    for location in (key.location, f"./{key.location}", f"lain/../{key.location}"):
        for who in ("sysadmin", "produsen"):
            with pytest.raises((toolkit.ValidationError, toolkit.NotAuthorized)):
                chain.city.call(who, "file_register", location=location, storage="lppd-uji")
            model.Session.rollback()
    row = model.File(name="x", storage="lppd-uji", location=key.location, size=1, hash="x")
    row.content_type = "text/csv"
    model.Session.add(row)
    model.Session.commit()
    transfer = {"owner_type": "package", "owner_id": chain.show()["package_id"]}
    for action, data in (("file_delete", {}), ("file_ownership_transfer", transfer)):
        with pytest.raises(toolkit.ValidationError) as refusal:
            chain.city.call("sysadmin", action, id=row.id, **data)
        assert "lewat datasetnya" in str(refusal.value.error_dict)
        model.Session.rollback()
    assert stored_sha256(*(file[name] for name in ("resource_id", "sha256"))) == file["sha256"]
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call("orang_luar", "file_show", id=row.id)


needs_s3 = pytest.mark.skipif("s3" not in KINDS, reason="no S3 server here (object_storage.py)")


@needs_s3
@pytest.mark.parametrize("kind", ["s3"], indirect=True)
def test_a_purge_finds_its_objects_in_a_full_bucket(kind: str) -> None:
    """S3 lists a part at a time, and names the next part only where the adapter does not ask."""
    place = blob_places.writing()
    events = place.storage.settings.client.meta.events
    events.register("provide-client-params.s3.ListObjects", lambda params, **kw: _one(params))
    events.register("after-call.s3.ListObjects", lambda parsed, **kw: parsed.pop("NextMarker", 0))
    for resource_id in (ID.replace("b4", "a1"), ID.replace("b4", "a2"), ID):
        place.write(key_of(BIG, resource_id), io.BytesIO(BIG))
    assert key_of(BIG).location not in set(place.storage.scan())
    place.remove(ID, ())
    assert not place.holds(key_of(BIG))
    assert place.holds(key_of(BIG, ID.replace("b4", "a1")))


def _one(params: dict[str, Any]) -> None:
    params["MaxKeys"] = 1


@needs_s3
@pytest.mark.parametrize("kind", ["s3"], indirect=True)
def test_an_object_storage_that_is_away_refuses_uploads_and_readers(
    chain: Chain, kind: str
) -> None:
    published = chain.published()
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    before = copy.show("produsen")["capaian"]["sha256"]
    place = blob_places.writing()
    # the server does not answer this client any more
    place.storage.settings.client.meta.events.register("before-send.s3", _away)
    with pytest.raises(toolkit.ValidationError) as refusal:
        copy.upload(indicator_csv() + b"\n")
    assert "tidak dapat disimpan" in str(refusal.value.error_dict)
    assert copy.show("produsen")["capaian"]["sha256"] == before
    with pytest.raises(OSError):
        stored_sha256(published["capaian"]["resource_id"], published["capaian"]["sha256"])


def _away(**request: Any) -> None:
    from botocore.exceptions import EndpointConnectionError

    raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")


@pytest.mark.skipif(len(KINDS) == 1, reason="file storages came with CKAN 2.12")
def test_files_from_before_a_storage_was_set_up_are_found(
    chain: Chain, request: pytest.FixtureRequest, web: Any
) -> None:
    published = chain.published()
    name, file = published["dataset_name"], published["capaian"]
    from ckan.lib import files

    made = files.base.fk.make_storage("lppd-kelak", {"type": "ckan:memory"})
    files.storages.register("lppd-kelak", made)
    request.addfinalizer(lambda: files.storages.members.pop("lppd-kelak"))
    patch = request.getfixturevalue("monkeypatch")
    config = request.getfixturevalue("ckan_config")
    patch.setitem(config, "ckan.files.default_storages.resource", "lppd-kelak")
    path = f"/indikator-lppd/{name}/resource/{file['resource_id']}/download/capaian.csv"
    assert fetch(web, path) == indicator_csv()
    assert stored_sha256(file["resource_id"], file["sha256"]) == file["sha256"]
