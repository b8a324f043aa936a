"""`ckan lppd kirim-pemberitahuan`: reminders and mails, for cron."""

from __future__ import annotations

from datetime import datetime, timezone

import click
from ckan.plugins import toolkit

from ckanext.lppd.notices import digest, reminders


@click.command("kirim-pemberitahuan")
def kirim_pemberitahuan() -> None:
    """Tulis pengingat tenggat dan kirim surel yang jatuh tempo; aman diulang dan di banyak mesin.

    Jalankan dari cron tiap pagi, misalnya pukul 06.00; surel "langsung" dikirim oleh worker.
    Kode keluar 1 bila ada surel yang gagal; yang gagal dicoba lagi pada putaran berikutnya.
    """
    now = datetime.now(timezone.utc)
    # a due date is a day on the portal's calendar
    written = reminders.remind(now.astimezone(toolkit.h.get_display_timezone()).date())
    click.echo(f"{written} pengingat baru.")
    outcome = digest.send(now)
    if not outcome.configured:
        click.echo(
            "Surel belum diatur (smtp.server, smtp.mail_from); pemberitahuan tetap ada di portal."
        )
        return
    click.echo(f"{outcome.sent} surel terkirim, {outcome.failed} gagal.")
    if outcome.failed:
        raise SystemExit(1)
