"""Founding a data folder, and filling one for the demonstration through the real flow.

The demonstration takes the published figures and the simulated returns as workbooks, like anybody's, and walks them
through load, review and publishing with accounts of its own. Nothing is written past the flow.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from etl.way import secret_path
from warehouse import files
from warehouse.accounts import Role, accounts, add_account
from warehouse.folder import DataFolder, create_folder
from warehouse.operations import consulting, operating
from warehouse.passwords import new_password

DEMO_ADMINISTRATOR = "演示管理员"
PLACE = "命令行"


@dataclass(frozen=True, slots=True)
class Founded:
    """A data folder and its first administrator; `password` is "" when the folder was there already."""

    folder: DataFolder
    administrator: str
    password: str


def found_folder(root: Path, administrator: str, catalogue: Path | None) -> Founded:
    """Make a data folder with its signing key, its catalogue if it brings one, and the first administrator.

    Raises CatalogueError (nothing is made then), UsageError, DiskFull.
    """
    if catalogue:
        from indicators.catalogue.load import load_catalogue

        load_catalogue(catalogue)
    folder = create_folder(root)
    if catalogue and not (folder.root / "catalogue").exists():
        import shutil

        shutil.copytree(catalogue, folder.root / "catalogue")
    if not secret_path(folder).exists():
        files.write(secret_path(folder), secrets.token_bytes(32), "签名密钥")
        secret_path(folder).chmod(0o600)
    with consulting(folder) as conn:
        if accounts(conn):
            return Founded(folder, administrator, "")
    password = new_password()
    with operating(folder) as conn:
        add_account(
            conn, administrator, password, Role.ADMIN, "系统管理员", by=administrator, place=PLACE, must_change=True
        )
    return Founded(folder, administrator, password)
