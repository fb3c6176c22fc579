# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx's settings for the documentation site; `make docs` builds it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from docutils import nodes

if TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

COLLECTION = Path(__file__).resolve().parents[2]
GALAXY = yaml.safe_load((COLLECTION / "galaxy.yml").read_text(encoding="utf-8"))
EDIT = f"{GALAXY['repository']}/edit/main"
ANSIBLE = "https://docs.ansible.com/projects/ansible/latest"

# What the generated pages refer to in Ansible's own documentation. Any other unknown reference is
# an error; an inventory of all of Ansible's labels would have to be downloaded for each build.
ANSIBLE_LABELS = {
    "action_plugins": f"{ANSIBLE}/plugins/action.html#action-plugins",
    "common_return_values": (
        f"{ANSIBLE}/reference_appendices/common_return_values.html#common-return-values"
    ),
}

project = f"{GALAXY['namespace']}.{GALAXY['name']}"
project_copyright = "the touchbasepro.sms contributors"
release = version = GALAXY["version"]
html_title = f"{project} {release}"
html_short_title = project

sys.path.insert(0, str(Path(__file__).parent))
extensions = ["playbook_pages", "sphinx_antsibull_ext", "sphinx_copybutton"]
default_role = "any"
nitpicky = True
highlight_language = "yaml+jinja"

html_theme = "sphinx_rtd_theme"
html_theme_options = {
    "navigation_depth": 3,
    # The menu is the same on every page, so a reader sees at once what else there is.
    "collapse_navigation": False,
    "titles_only": True,
}
html_static_path = ["_static"]
templates_path = ["_templates"]
html_favicon = "_static/favicon.svg"
html_css_files = ["site.css"]
# For _templates/breadcrumbs.html.
html_context = {"issues_url": GALAXY["issues"]}
html_copy_source = False
html_show_sphinx = False
html_use_index = False
# A command that is shown with a prompt is copied without it, and what it prints is not copied.
copybutton_prompt_text = "$ "
copybutton_line_continuation_character = "\\"
copybutton_selector = (
    "div.highlight-shell pre, div.highlight-console pre, div[class*=highlight-yaml] pre,"
    " div.highlight-python pre, div.highlight-jinja pre, div.highlight-json pre"
)
smartquotes_action = "D"  # dashes, which titles have; a quote in a command has to stay as it is


def link_to_ansible(
    _app: Sphinx, _env: BuildEnvironment, reference: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Resolve a reference to a page of Ansible's own documentation."""
    url = ANSIBLE_LABELS.get(reference["reftarget"])
    if url is None:
        return None
    return nodes.reference("", "", content, internal=False, refuri=url)


def link_to_source(
    _app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: nodes.document
) -> None:
    """Set the URL at which the source of each page can be edited."""
    meta = context.get("meta") or {}
    if page == "changelog":
        meta["github_url"] = f"{GALAXY['repository']}/tree/main/changelogs"
    elif page.startswith("docsite/"):
        meta["github_url"] = f"{EDIT}/docs/docsite/rst/{Path(page).name}.rst"
    elif page == "index":
        meta["github_url"] = f"{EDIT}/docs/site/index.rst"
    elif "github_url" in meta:
        # antsibull-docs adds a form for pull requests of another project.
        meta["github_url"] = meta["github_url"].partition("?")[0]
    context["meta"] = meta


def add_sources(app: Sphinx, _config: Config) -> None:
    """Add the changelog and the picture of the start page to the sources of the site."""
    shutil.copy(Path(__file__).parent / "overview.svg", app.srcdir)
    page = Path(app.srcdir) / "changelog.rst"
    options = ("--output", str(page), "--output-format", "rst")
    command = [sys.executable, "-m", "antsibull_changelog", "generate", *options]
    subprocess.run(command, cwd=COLLECTION, check=True)  # noqa: S603 - nothing of it is input


def setup(app: Sphinx) -> None:
    """Register the above."""
    app.connect("config-inited", add_sources)
    app.connect("missing-reference", link_to_ansible)
    app.connect("html-page-context", link_to_source)
