"""Who walks the way, where: a data folder with its catalogue and signing secret, an account, a place to act from.

Every function of `flow` takes a Way first. Opening one is the only thing done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue
from warehouse.accounts import Account, find_account, require
from warehouse.errors import Damaged, NotPermitted
from warehouse.folder import DataFolder
from warehouse.operations import consulting

COMMAND_LINE = "命令行"


@dataclass(frozen=True, slots=True)
class Way:
    """A folder, its catalogue, and who acts from where; `account` is None for one who only looks."""

    folder: DataFolder
    catalogue: Catalogue
    actor: str
    known: Account | None
    place: str = COMMAND_LINE

    @property
    def account(self) -> Account:
        """The account that acts. Raises NotPermitted when there is none of that name."""
        if self.known is None:
            raise NotPermitted(
                f"没有账户“{self.actor}”，什么也没有改动。请用 --user 指明账户，或请系统管理员新建：zhibiao user add。"
            )
        return self.known

    @property
    def secret(self) -> bytes:
        """The key that signs templates of this folder."""
        try:
            return secret_path(self.folder).read_bytes()
        except FileNotFoundError as error:
            raise Damaged(f"{secret_path(self.folder)} 不见了，无法辨认报表。请从备份恢复它。") from error

    def may(self, action: str) -> None:
        """Raise NotPermitted unless the account's role may do this."""
        require(self.account, action)


def enter_way(folder: DataFolder, actor: str, place: str = COMMAND_LINE) -> Way:
    """The way through a folder, as the account named `actor` (it need not exist for those who only look)."""
    with consulting(folder) as conn:
        known = find_account(conn, actor)
    return Way(folder, catalogue_of(folder), actor, known, place)


def secret_path(folder: DataFolder) -> Path:
    """Where the signing key of a folder lies."""
    return folder.root / "secret.key"


def targets_place(folder: DataFolder) -> Path:
    """Where the targets that the bureau adopted lie, as a further folder of the catalogue."""
    return folder.root / "targets"


def catalogue_of(folder: DataFolder) -> Catalogue:
    """The folder's own catalogue, or the New Area's that comes with the program; with what this one adopted."""
    from data import catalogue_folder

    own, adopted = folder.root / "catalogue", targets_place(folder)
    place = own if own.is_dir() else Path(str(catalogue_folder()))
    beside = adopted if adopted.is_dir() else None
    found = [p.stat().st_mtime_ns for at in (place, beside) if at for p in at.rglob("*") if p.is_file()]
    catalogue = _loaded(place, beside, (len(found), max(found)))
    if not mappings_place(folder).is_dir():
        return catalogue
    from etl.adopt.store import with_mappings

    return with_mappings(catalogue, mappings_place(folder))


def mappings_place(folder: DataFolder) -> Path:
    """Where the confirmed mappings (对照表) of hand-made tables lie."""
    return folder.root / "mappings"


@cache
def _loaded(place: Path, beside: Path | None, state: tuple[int, int]) -> Catalogue:
    """`state` (files, newest) is in the key so that a catalogue edited under a running service is read again."""
    return load_catalogue(place, beside)
