"""Write an ini file from a template: ini.py TEMPLATE OUTPUT < lines of "key = value".

The given keys replace those of section [app:main] or are added to it; everything else stays as it
is. Values come by standard input because they hold passwords. The output is replaced in one step
and readable by its owner only; TEMPLATE and OUTPUT may be the same file.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

SECTION = "[app:main]"


def parse(text: str) -> dict[str, str]:
    """The settings of standard input; raises ValueError for a line without "="."""
    settings = {}
    for line in text.splitlines():
        if line.strip():
            key, equals, value = line.partition("=")
            if not equals:
                raise ValueError(f"no '=' in the line {line!r}")
            settings[key.strip()] = value.strip()
    return settings


def rewrite(template: str, settings: dict[str, str]) -> str:
    """The template's text with the settings in its [app:main]."""
    left = dict(settings)
    out: list[str] = []
    inside = dropping = False

    def rest() -> None:
        while out and not out[-1].strip():
            out.pop()
        out.extend(f"{key} = {value}" for key, value in left.items())
        out.append("")
        left.clear()

    for line in template.splitlines():
        if line.startswith("["):
            if inside:
                rest()
            inside, dropping = line.strip() == SECTION, False
        elif inside and line[:1].isspace() and line.strip():
            if dropping:  # a further line of a value that was replaced
                continue
        elif inside and "=" in line and not line.startswith(("#", ";")):
            key = line.split("=", 1)[0].strip()
            dropping = key in settings
            if dropping:
                if key in left:
                    out.append(f"{key} = {left.pop(key)}")
                continue
        else:
            dropping = False
        out.append(line)
    if inside:
        rest()
    if left:
        raise ValueError(f"the template has no section {SECTION}")
    return "\n".join(out).rstrip("\n") + "\n"


def main(template: str, output: str) -> None:
    text = rewrite(Path(template).read_text(encoding="utf-8"), parse(sys.stdin.read()))
    fresh = Path(output + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    fresh.replace(output)


if __name__ == "__main__":
    main(*sys.argv[1:])
