"""The Chromium of the tests: yours, the system's, or the one inside npm's @sparticuz/chromium."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

import brotli  # type: ignore[import-untyped]

REPOSITORY = Path(__file__).parents[2]
NODE_MODULES = REPOSITORY / "node_modules"
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome")
LAUNCH_FLAGS = (
    "--headless",
    # Chromium's own sandbox cannot start as root, nor in a container without user namespaces.
    "--no-sandbox",
    "--disable-setuid-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-default-browser-check",
    "--font-render-hinting=none",
    # No test reaches beyond this machine, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir prefix="relative">fonts</dir><cachedir prefix="relative">fonts-cache</cachedir>
</fontconfig>
"""


class ChromiumMissingError(Exception):
    """There is no Chromium to test with. The text says how to get one."""


def chromium_path() -> Path:
    """The browser's program, unpacked on first use if packaged. Raises ChromiumMissingError."""
    if chosen := os.environ.get("KITH_CHROMIUM"):
        if not (found := shutil.which(chosen)):
            raise ChromiumMissingError(
                f"KITH_CHROMIUM is {chosen}, which is not a program that can be run."
            )
        return Path(found)
    installed = next(filter(None, map(shutil.which, SYSTEM_NAMES)), None)
    return Path(installed) if installed else unpacked_chromium(NODE_MODULES)


def unpacked_chromium(node_modules: Path) -> Path:
    """Unpacks @sparticuz/chromium below `node_modules/.cache`, once; processes may race."""
    package = node_modules / "@sparticuz" / "chromium"
    if not package.is_dir():
        raise ChromiumMissingError(
            "No Chromium: run `npm ci`, or set KITH_CHROMIUM to the path of one."
        )
    version = json.loads((package / "package.json").read_text())["version"]
    home = node_modules / ".cache" / f"chromium-{version}"
    if not home.is_dir():
        home.parent.mkdir(exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=home.parent))
        try:
            _unpack(package / "bin", draft)
            draft.rename(home)
        except OSError:
            # Whoever renames first has won; the other copy is the same.
            if not home.is_dir():
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return home / "chromium"


def browser_environment(browser: Path) -> dict[str, str]:
    """The variables that `browser` needs; the packaged one brings libraries, and spare fonts."""
    environment = {**os.environ, "TZ": "UTC"}
    libraries = browser.parent / "lib"
    if libraries.is_dir():
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(
            filter(None, (str(libraries), os.environ.get("LD_LIBRARY_PATH")))
        )
        if not Path("/etc/fonts/fonts.conf").exists():
            environment["FONTCONFIG_FILE"] = str(browser.parent / "fonts.conf")
    return environment


def _unpack(packed: Path, home: Path) -> None:
    for archive in packed.glob("*.tar.br"):
        content = io.BytesIO(brotli.decompress(archive.read_bytes()))
        with tarfile.open(fileobj=content) as members:
            # As `filter="data"`, an argument that Python knows since 3.11.4 only.
            members.extraction_filter = getattr(tarfile, "data_filter", None)
            members.extractall(home)
    # The packaged configuration names folders of another machine.
    (home / "fonts.conf").write_text(FONTS_CONF)
    program = home / "chromium"
    program.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
    program.chmod(0o755)
    home.chmod(0o755)
