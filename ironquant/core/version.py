"""Name and version of the software, as printed on every result.

The package takes its version from here (``tool.hatch.version``): asking for the metadata of what is installed
would take longer than all else that a command needs to start.
"""

SOFTWARE_NAME = "IronQuant"
SOFTWARE_VERSION = "0.1.0"
