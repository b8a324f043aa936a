"""Walk one indicator through the whole chain on a running demo portal, through its API alone.

A wrong file is refused at its cells, the mended one is submitted, approved and published, and the
anonymous call that returned nothing before then returns the values. A second run finds the
indicator published and only reads it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

EDITION, CODE, YEAR = "2025", "2.f.1", 2025
HEADER = "kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian,keterangan"
WRONG = f"{HEADER}\n2.f.1,2025,12.71,1.234,seribu,,\n2.f.1,2024,99.99,10,20,,\n"
MENDED = f'{HEADER}\n2.f.1,2025,12.71,690,1243,"55,51",Contoh: angka rekaan\n'
TIMEOUT = 120


class Refused(Exception):
    """The portal's answer to a call it did not carry out."""


class Portal:
    """The portal's action API for one person; without a token an anonymous client."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self.headers = {"Authorization": token} if token else {}

    def call(self, action: str, upload: tuple[str, str] | None = None, **data: Any) -> Any:
        """Call an action; `upload` is a file name and its text."""
        address = f"{self.url}/api/3/action/{action}"
        if upload:
            files = {"upload": (upload[0], upload[1].encode("utf-8"), "text/csv")}
            answer = requests.post(
                address, data=data, files=files, headers=self.headers, timeout=TIMEOUT
            )
        else:
            answer = requests.post(address, json=data, headers=self.headers, timeout=TIMEOUT)
        body = answer.json()
        if not body.get("success"):
            raise Refused(json.dumps(body.get("error"), ensure_ascii=False))
        return body["result"]


def tokens(ini: str, url: str) -> dict[str, str]:
    """Return an API token for each demo user, made once and kept beside the settings."""
    kept = Path(ini).with_name("demo-tokens.json")
    if kept.exists():
        known: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
        try:
            Portal(url, known["walidata"]).call("lppd_isian_list", limit=1)
            return known
        except (Refused, KeyError):
            kept.unlink()
    ckan = Path(sys.executable).with_name("ckan")
    subprocess.run(
        [str(ckan), "-c", ini, "lppd", "demo-users", "--tokens", str(kept)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    fresh: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
    return fresh


def say(text: str) -> None:
    """Print a step."""
    print(f"  {text}", flush=True)


def show_values(anonymous: Portal) -> int:
    """Print what anybody can read of the indicator, and return how many values that is."""
    found = anonymous.call("lppd_nilai", edisi=EDITION, kode=CODE, tahun=YEAR)
    say(f"anonymous lppd_nilai: {found['count']} values")
    for row in found["results"]:
        place = f"{row['kode']} {row['tahun']} {row['kode_wilayah']}"
        say(f"    {place} {row['bagian']} = {row['nilai']}")
    return int(found["count"])


def walk(url: str, ini: str) -> None:
    """Do the whole walk.

    Raises:
        Refused: where the portal does not do what it should.
    """
    people = {part: Portal(url, token) for part, token in tokens(ini, url).items()}
    anonymous, producer, walidata = Portal(url), people["produsen"], people["walidata"]
    opened = walidata.call("lppd_tahun_buka", edisi=EDITION, tahun=YEAR)
    say(f"year {YEAR}: {opened['dibuat']} isian opened, {opened['sudah_ada']} were open")
    isian = producer.call("lppd_isian_show", edisi=EDITION, kode=CODE, tahun=YEAR)
    say(f"{isian['kode']} {isian['nama']} ({isian['owner_org_title']}): {isian['state_label']}")
    before = show_values(anonymous)
    if isian["state"] == "terpublikasi":
        say("already published; nothing to do")
        return
    if before:
        raise Refused("values are readable before anything was published")
    if isian["state"] in ("belum_diisi", "draf", "dikembalikan"):
        isian = fill_in(producer, isian)
    if isian["state"] == "menunggu_walidata":
        isian = walidata.call("lppd_setujui", id=isian["id"], manifest=isian["manifest"])
        say(f"walidata approves: {isian['state_label']}")
    isian = walidata.call("lppd_terbitkan", id=isian["id"], manifest=isian["manifest"])
    say(f"walidata publishes: {isian['state_label']}, version {isian['release']['version']}")
    if not show_values(anonymous):
        raise Refused("nothing is readable after publishing")
    compare_download(anonymous, isian)


def fill_in(producer: Portal, isian: dict[str, Any]) -> dict[str, Any]:
    """Upload a wrong file, then the mended one, and submit it."""
    wrong = producer.call("lppd_isian_unggah", upload=("capaian.csv", WRONG), id=isian["id"])
    findings = wrong["capaian"]["verdict"]["findings"]
    say(f"producer uploads a wrong file; {len(findings)} findings:")
    for finding in findings:
        say(f"    [{finding['cell'] or '-'}] {finding['pesan']}")
    try:
        producer.call("lppd_ajukan", id=isian["id"])
        raise SystemExit("a wrong file was accepted")
    except Refused as refusal:
        say(f"submitting it is refused: {refusal}")
    mended = producer.call("lppd_isian_unggah", upload=("capaian.csv", MENDED), id=isian["id"])
    if not mended["capaian"]["verdict"]["valid"]:
        raise Refused(json.dumps(mended["capaian"]["verdict"], ensure_ascii=False))
    say("producer uploads the mended file: lolos pemeriksaan")
    submitted = producer.call("lppd_ajukan", id=isian["id"])
    say(f"producer submits: {submitted['state_label']}")
    return dict(submitted)


def compare_download(anonymous: Portal, isian: dict[str, Any]) -> None:
    """Download the file as anybody and compare it with the approved bytes."""
    dataset = anonymous.call("package_show", id=isian["package_id"])
    bytes_now = requests.get(dataset["resources"][0]["url"], timeout=TIMEOUT).content
    same = hashlib.sha256(bytes_now).hexdigest() == isian["capaian"]["sha256"]
    if not same:
        raise Refused("the downloaded bytes are not the approved ones")
    say(f"anonymous download of {dataset['name']}: the approved bytes, sha256 equal")


def main() -> int:
    """Run the walk and return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, help="address of the portal")
    parser.add_argument("--ini", required=True, help="settings of the portal")
    arguments = parser.parse_args()
    try:
        walk(arguments.url, arguments.ini)
    except (Refused, requests.RequestException) as error:
        print(f"  the walk stopped: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
