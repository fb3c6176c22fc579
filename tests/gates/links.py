# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The links of a built site: where they lead, and what a page loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

# How an address begins where a page may send its reader; the last is the reader's own machine.
ALLOWED = (
    "https://docs.ansible.com/",
    "https://forum.ansible.com/",
    "https://galaxy.ansible.com/ui/repo/published/touchbasepro/sms/",
    "https://github.com/touchbasepro/touchbasepro.sms",
    "http://127.0.0.1:",
)
_LOADED = {"src", "srcset", "poster", "data"}
_IN_STYLES = re.compile(r"(?:url\(|@import\s+(?!url\())[\"']?(?!data:)([^\"')\s]+)")


@dataclass
class Page(HTMLParser):
    """One page: the places it has, the links it offers, and the files it loads."""

    path: str
    places: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start the parser, which has a constructor of its own."""
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag brings along."""
        for name, value in attrs:
            if not value:
                continue
            if name == "id" or (tag == "a" and name == "name"):
                self.places.add(value)
            elif name in _LOADED or (tag == "link" and name == "href" and not _is_link(attrs)):
                self.loads.append(value)
            elif name == "href":
                self.links.append(value)


def _is_link(attrs: list[tuple[str, str | None]]) -> bool:
    """Tell a link to another page in the head from a file that is loaded."""
    return dict(attrs).get("rel") in {"next", "prev", "search", "index", "top", "canonical"}


class Site:
    """All pages of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = {}
        for path in sorted(folder.rglob("*.html")):
            page = Page(path.relative_to(folder).as_posix())
            page.feed(path.read_text(encoding="utf-8"))
            self.pages[page.path] = page

    def reachable(self, start: str = "index.html") -> set[str]:
        """Give the pages that a reader gets to by following links."""
        found, waiting = set(), [start]
        while waiting:
            path = waiting.pop()
            if path in found or path not in self.pages:
                continue
            found.add(path)
            waiting += [self._target(path, link)[0] for link in self.pages[path].links]
        return found

    def external(self) -> dict[str, str]:
        """Give the addresses of other hosts, each with a page that has it."""
        return {
            link: page.path
            for page in self.pages.values()
            for link in page.links
            if urlsplit(link).scheme
        }

    def complaints(self) -> Iterator[str]:
        """Name the links that lead nowhere, and files that come from elsewhere."""
        for page in self.pages.values():
            for link in dict.fromkeys([*page.links, *page.loads]):
                if not _leaves(link) and not self._exists(page.path, link):
                    yield f"{page.path}: {link} leads nowhere"
            yield from (f"{page.path}: loads {file}" for file in page.loads if _leaves(file))
        for address, path in self.external().items():
            if not address.startswith(ALLOWED):
                yield f"{path}: {address} is not among the allowed places"
        for style in self.folder.rglob("*.css"):
            yield from self._style_complaints(style)

    def _style_complaints(self, style: Path) -> Iterator[str]:
        for file in _IN_STYLES.findall(style.read_text(encoding="utf-8")):
            path = style.relative_to(self.folder).as_posix()
            if _leaves(file):
                yield f"{path}: loads {file}"
            elif not self._exists(path, file):
                yield f"{path}: {file} leads nowhere"

    def _target(self, path: str, link: str) -> tuple[str, str]:
        """Split a link into the file that it leads to, and the place there."""
        address, place = urldefrag(link)
        if urlsplit(link).scheme:
            return "", ""
        target = unquote(urlsplit(address).path)
        if not target:
            return path, unquote(place)
        whole = (self.folder / path).parent / target
        return _relative(whole, self.folder), unquote(place)

    def _exists(self, path: str, link: str) -> bool:
        target, place = self._target(path, link)
        if target in self.pages:
            return not place or place in self.pages[target].places
        return (self.folder / target).is_file()


def _relative(path: Path, folder: Path) -> str:
    resolved = path.resolve()
    return resolved.relative_to(folder.resolve()).as_posix() if _inside(resolved, folder) else ".."


def _inside(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder.resolve())


def _leaves(link: str) -> bool:
    """Whether a link leads to another host; what is written into the page itself does not."""
    parts = urlsplit(link)
    return bool(parts.netloc) or parts.scheme not in {"", "data"}
