"""Keys for those who sign in a test."""

from ironquant.signing import write_key

PASSPHRASE = "correct horse 电池"


def key_of(folder, name, role=None):
    """Return the file of a new key."""
    path = folder / f"{len(list(folder.iterdir()))}.p12"
    write_key(path, name, lambda: PASSPHRASE, organisation="广西某某医院", role=role)
    return path
