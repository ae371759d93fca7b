"""MkDocs hooks: add the pages that live outside docs/ to the site, and follow the links between files of the repository."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).resolve().parents[2]
# What the repository keeps elsewhere, by its place in the site.
PAGES: Final = {
    "index.md": "README.md",
    **{name: name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "apps/README.md", "rehearsal/README.md")},
    **{str(path.relative_to(ROOT)): str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("apps/*/README.md"))},
}
MERMAID: Final = "tools/site/node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js"
FENCE: Final = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
LINK: Final = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from outside docs/, and the browser's Mermaid."""
    for place, source in {**PAGES, "javascripts/mermaid.js": MERMAID}.items():
        files.append(File.generated(config, place, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the page with links between files of the repository turned into links between pages of the site."""
    source = Path(page.file.abs_src_path or "")
    places = {str(file.abs_src_path): file.src_uri for file in files}

    def link(match: re.Match[str]) -> str:
        bang, text, target, anchor = match.groups()
        path = Path(os.path.normpath(source.parent / target))
        path = path / "README.md" if path.is_dir() else path
        if "://" in target or not path.exists():
            return match[0]
        if place := places.get(str(path)):
            return f"{bang}[{text}]({os.path.relpath(place, Path(page.file.src_uri).parent)}{anchor or ''})"
        return text  # a file of the repository that is no page

    parts = FENCE.split(markdown)
    return "".join(part if index % 2 else LINK.sub(link, part) for index, part in enumerate(parts))
