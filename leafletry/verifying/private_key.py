"""The private key of a publisher: one file, outside the project, for its owner's eyes only."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from leafletry.verifying.given_files import NotReadableError, read_given

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_MOST_BYTES = 4_096


class KeyRefusedError(Exception):
    """A key that is not made or not used; says why, and what to do."""


class PasswordNeededError(Exception):
    """A key that opens only with its password, or with another one."""


def new_key(path: Path, root: Path, password: str = "") -> bytes:
    """Make a key and write it to a new file that only its owner may read; give the public half.

    Raises KeyRefusedError: never in the project's folder, where it would be given away, and never
    in place of another file.
    """
    from cryptography.hazmat.primitives import serialization as to
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
    )

    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        raise KeyRefusedError(
            f"{path} lies in the project, and would be given away with it: name a file elsewhere"
        )
    key = Ed25519PrivateKey.generate()
    lock: to.KeySerializationEncryption = to.NoEncryption()
    if password:
        lock = to.BestAvailableEncryption(password.encode())
    content = key.private_bytes(to.Encoding.PEM, to.PrivateFormat.PKCS8, lock)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError:
        raise KeyRefusedError(
            f"{path} is there already, and nothing is written over a key: use it, or name another"
        ) from None
    except OSError as error:
        raise KeyRefusedError(f"{path} cannot be written: {error.strerror}") from None
    return public_half(key)


def public_half(key: Ed25519PrivateKey) -> bytes:
    """Give the 32 bytes by which everybody can check what a key signed."""
    public: bytes = key.public_key().public_bytes_raw()
    return public


def read_key(path: Path, password: str | None = None) -> Ed25519PrivateKey:
    """Give a key from its file.

    Raises KeyRefusedError, and PasswordNeededError where it needs a password, or another one.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
    )
    from cryptography.hazmat.primitives.serialization import (
        load_pem_private_key,
    )

    try:
        content = read_given(path, _MOST_BYTES)
    except NotReadableError as error:
        hint = "make one with `publisher new`, or name yours with --key FILE"
        raise KeyRefusedError(f"there is no key at {path}: {error}; {hint}") from None
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyRefusedError(
            f"{path} can be read by others: `chmod 600` it, and make a new key if anybody did"
        )
    try:
        key = load_pem_private_key(content, password.encode() if password else None)
    except TypeError:
        raise PasswordNeededError from None
    except (ValueError, UnsupportedAlgorithm):
        if password:
            raise PasswordNeededError from None
        raise KeyRefusedError(f"{path} is no key that `publisher new` made") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefusedError(f"{path} is a key of another kind")
    return key
