"""Where the real browser is; `python -m tests.browser.chromium` installs it where it may, or says what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import debian

# The shell is Chromium without its own windows: the same pages with a fifth less work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
APPLICATIONS = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")
SHELL, WHOLE, FONTS = "chromium-headless-shell", "chromium", ("fontconfig", "fonts-noto-cjk")
#: Nothing but the page: no updates, no first-run screens, no graphics card, and no QUIC that outlives a proxy. Scripts
#: are not made fast in the background either: a page is left long before that has paid.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--no-opt --no-maglev",
)


def chromium() -> str | None:
    """The path of Chromium or Chrome; the variable CHROMIUM comes before all others."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    on_path = (shutil.which(name) for name in NAMES)
    folders = (Path("/Applications"), Path.home() / "Applications")
    installed = (str(folder / name) for folder in folders for name in APPLICATIONS if (folder / name).exists())
    return next((path for path in (*on_path, *installed) if path), None)


def draws_chinese() -> bool:
    """Whether the system has a font with Chinese characters; systems without fontconfig bring their own."""
    if not shutil.which("fc-list"):
        return sys.platform == "darwin"
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=True).stdout)


def is_ready() -> bool:
    return chromium() is not None and draws_chinese()


def install() -> None:
    """Install the Debian packages. Older releases have no package of the shell."""
    debian.update()
    debian.install(SHELL if debian.is_known(SHELL) else WHOLE, *FONTS)


def main() -> int:
    """Exit status 0 when the browser tests can run."""
    if not is_ready() and debian.may_install() and not os.environ.get("CHROMIUM"):
        install()
    if is_ready():
        return 0
    hint = "brew install --cask chromium" if sys.platform == "darwin" else f"apt-get install {WHOLE} {FONTS[-1]}"
    print(f"The browser tests need Chromium and a Chinese font: {hint}, or name it: CHROMIUM=/path", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
