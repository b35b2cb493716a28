"""A made-up contact centre, written to a warehouse file: what the product shows before it has data of its own."""

from data_access.demo.build import make_demo
from data_access.demo.install import install_demo
from data_access.demo.manifest import Change, Manifest, Truth, read_manifest
from data_access.demo.plan import DEFAULT_END

__all__ = ["DEFAULT_END", "Change", "Manifest", "Truth", "install_demo", "make_demo", "read_manifest"]
