"""Name and version of the software, as printed on every result."""

from importlib.metadata import PackageNotFoundError, version

SOFTWARE_NAME = "IronQuant"

try:
    SOFTWARE_VERSION = version("ironquant")
except PackageNotFoundError:  # run from a source tree that was never installed
    SOFTWARE_VERSION = "0+source"
