"""Debian packages that tests need: installed where that is allowed."""

import os
import shutil
import subprocess


def may_install() -> bool:
    """Only root on a Debian system may."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(*packages: str) -> None:
    """Install packages with nothing that they only recommend."""
    _apt_get("install", "--yes", "--no-install-recommends", *packages)


def update() -> None:
    """Read the lists of packages anew."""
    _apt_get("update")


def is_known(package: str) -> bool:
    """Older releases do not have every package."""
    return subprocess.run(["apt-cache", "show", package], capture_output=True, check=False).returncode == 0


def _apt_get(*arguments: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "--quiet", *arguments], check=True, env=environment, stdin=subprocess.DEVNULL)
