"""A disk without room, for this process."""

import resource
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def full_disk(most_bytes: int = 1_000) -> Generator[None]:
    """No file can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
