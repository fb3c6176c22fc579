# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the site on a desk and on a phone, and whether its layout holds there."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.gates.bench import Bench
from tests.gates.browser import Screen, Tab, browser
from tests.gates.verdicts import Verdict

SCREENS = (Screen("desktop", 1280, 900, is_phone=False), Screen("phone", 390, 844, is_phone=True))
PAGES = (
    "index.html",
    "touchbase_sms_webhook_module.html",
    "touchbase_sms_role.html",
    "converge_playbook.html",
    "search.html?q=purge",
)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
MISSING = (
    f"no Chromium on PATH ({', '.join(PROGRAMS)}). Debian and Ubuntu have it as the package "
    "chromium (apt-get install chromium), Fedora too (dnf install chromium)"
)
_HIGHEST = 6000  # pixels of a page that a picture shows
_LAYOUT = Path(__file__).with_name("broken_layout.js")
# Fonts change the layout when they come; search results come from a file of their own.
_SETTLED = """
document.fonts.ready.then(() => new Promise((resolve, reject) => {
  let frames = 600;
  const wait = () => {
    if (!location.pathname.endsWith("/search.html")) resolve();
    else if (document.querySelector("#search-results li")) resolve();
    else if (frames-- === 0) reject(new Error("the search found nothing"));
    else requestAnimationFrame(wait);
  };
  wait();
}))
"""


def screens(bench: Bench) -> Verdict:
    """Open some pages of build/site in both sizes; leave the pictures in build/screens."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        return Verdict(0, 1, complaints=(MISSING,))
    pictures = bench.build / "screens"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir()
    site = bench.build / "site"
    longest = max((site / "docsite").glob("*.html"), key=lambda path: path.stat().st_size)
    pages = (*PAGES, longest.relative_to(site).as_posix())
    complaints: list[str] = []
    with (
        _served(site) as origin,
        browser(program, bench.folder / "browser", bench.environment({})) as tab,
    ):
        for page in pages:
            for screen in SCREENS:
                complaints += _look(tab, origin, page, screen, pictures)
    taken = len(pages) * len(SCREENS)
    return Verdict(int(not complaints), len(complaints), "", tuple(complaints), f"{taken} screens")


def _look(tab: Tab, origin: str, page: str, screen: Screen, pictures: Path) -> Iterator[str]:
    tab.open(f"{origin}{page}", screen)
    tab.run(_SETTLED)
    layout = _LAYOUT.read_text(encoding="utf-8").rstrip().removesuffix(";")
    broken = tab.run(f"({layout})({screen.width})")
    height = tab.run("document.documentElement.scrollHeight")
    name = Path(page.partition("?")[0]).stem
    picture = pictures / f"{name}-{screen.name}.png"
    tab.take_picture(picture, screen.width, min(height, _HIGHEST))
    for trouble in dict.fromkeys([*broken, *tab.troubles(origin)]):
        yield f"{page} on a {screen.name} ({screen.width} pixels): {trouble}"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: what fails is noted by the browser."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine, and give its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
