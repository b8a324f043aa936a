"""A digest as a mail: one letter, written once as plain text and once as HTML. Pure.

Both are made of the same words in the same order. The HTML carries no pictures, no scripts and no
address but those of the portal's own pages; everything that people typed is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from ckanext.lppd.notices import rules
from ckanext.lppd.notices.texts import KIND_LABELS, label, one_line

MAX_LISTED = 30
MAX_SUBJECT = 180

_WORDS: dict[str, dict[str, str]] = {
    "id": {
        "subject": "{site}: {count} pemberitahuan LPPD",
        "greeting": "Yth. {name},",
        "more": "dan {count} lainnya, di daftar pemberitahuan di portal",
        "list": "Semua pemberitahuan",
        "why": "Surel ini dikirim karena Anda terdaftar di {site}.",
        "stop": "Ubah seberapa sering, pilih jenisnya, atau hentikan",
    },
    "en": {
        "subject": "{site}: {count} LPPD notices",
        "greeting": "Dear {name},",
        "more": "and {count} more, in the list of notices on the portal",
        "list": "All notices",
        "why": "You receive this mail because you have an account on {site}.",
        "stop": "Change how often, choose the kinds, or stop",
    },
}
# readable without any of it; mail programs know little more than this
_BODY = "font-family: Arial, sans-serif; font-size: 15px; line-height: 1.5; color: #1f2328"
_SMALL = "font-size: 13px; color: #57606a"


@dataclass(frozen=True)
class Line:
    """One notice of a mail: its kind, what it says, where it leads."""

    kind: str
    text: str
    url: str


@dataclass(frozen=True)
class Mail:
    """A digest, ready to be sent: the same letter as plain text and as HTML."""

    subject: str
    body: str
    html: str


@dataclass(frozen=True)
class _Block:
    """A piece of the letter: a heading with its lines, or a sentence (with where it leads)."""

    text: str
    url: str = ""
    lines: tuple[Line, ...] = ()
    heading: bool = False
    small: bool = False


def digest(
    name: str, site: str, lines: Sequence[Line], lang: str, list_url: str, settings_url: str
) -> Mail:
    """Return one mail with every notice of a person, by kind, most urgent kind first.

    At most `MAX_LISTED` are written out; the true number is told.

    Args:
        name: whom it is for.
        site: title of the portal.
        lines: the notices.
        lang: `id` or `en`; others are read as Indonesian.
        list_url, settings_url: addresses of the pages of notices and of mail settings.
    """
    lang = lang if lang in _WORDS else "id"
    words = _WORDS[lang]
    order = {kind: position for position, kind in enumerate(rules.KINDS)}
    ranked = sorted(lines, key=lambda line: order.get(line.kind, len(order)))
    if len(ranked) == 1:
        subject = f"{one_line(site)}: {ranked[0].text}"[:MAX_SUBJECT]
    else:
        subject = words["subject"].format(site=one_line(site), count=len(ranked))
    blocks = list(_blocks(one_line(name), one_line(site), ranked, lang, list_url, settings_url))
    return Mail(subject, _as_text(blocks), _as_html(blocks, lang))


def _blocks(
    name: str, site: str, ranked: Sequence[Line], lang: str, list_url: str, settings_url: str
) -> Iterator[_Block]:
    words = _WORDS[lang]
    yield _Block(words["greeting"].format(name=name))
    shown = ranked[:MAX_LISTED]
    for kind in dict.fromkeys(line.kind for line in shown):
        number = sum(1 for line in ranked if line.kind == kind)
        of_kind = tuple(line for line in shown if line.kind == kind)
        yield _Block(f"{label(KIND_LABELS, kind, lang)} ({number})", lines=of_kind, heading=True)
    if len(ranked) > len(shown):
        yield _Block(words["more"].format(count=len(ranked) - len(shown)))
    yield _Block(words["list"], url=list_url)
    yield _Block(words["why"].format(site=site), small=True)
    yield _Block(words["stop"], url=settings_url, small=True)


def _as_text(blocks: Sequence[_Block]) -> str:
    out: list[str] = []
    signed = False
    for block in blocks:
        if block.small and not signed:
            # what mail programs take for the signature
            out.append("-- ")
            signed = True
        out.append(f"{block.text}: {block.url}" if block.url else block.text)
        for line in block.lines:
            out += [f"- {line.text}", f"  {line.url}"]
        if not block.small:
            out.append("")
    return "\n".join([*out, ""])


def _as_html(blocks: Sequence[_Block], lang: str) -> str:
    out = [_html_block(block) for block in blocks]
    page = Markup(
        '<!DOCTYPE html>\n<html lang="{lang}">\n<head><meta charset="utf-8"></head>\n'
        '<body style="{style}">\n{body}\n</body>\n</html>\n'
    )
    return str(page.format(lang=lang, style=_BODY, body=Markup("\n").join(out)))


def _html_block(block: _Block) -> Markup:
    if block.heading:
        items = [
            Markup('<li><a href="{url}">{text}</a></li>').format(url=line.url, text=line.text)
            for line in block.lines
        ]
        return Markup('<h2 style="font-size: 16px">{text}</h2>\n<ul>\n{items}\n</ul>').format(
            text=block.text, items=Markup("\n").join(items)
        )
    text = escape(block.text)
    if block.url:
        text = Markup('<a href="{url}">{text}</a>').format(url=block.url, text=block.text)
    style = Markup(' style="{style}"').format(style=_SMALL) if block.small else Markup("")
    return Markup("<p{style}>{text}</p>").format(style=style, text=text)
