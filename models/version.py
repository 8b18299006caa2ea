"""The version of this code, as manifests record it."""

from importlib.metadata import version

CODE_VERSION = version("jtai")
