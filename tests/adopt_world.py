"""What the tests of hand-made tables share: the catalogue with a mapping in it, drafts completed as a person would."""

from functools import cache
from pathlib import Path
from typing import Any

from data import catalogue_folder
from etl.adopt.shape import blocks_of
from etl.parse import parse_return
from etl.reader import read_workbook
from etl.returned import ParsedReturn
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue
from indicators.mapping.model import Mapping, form_of
from indicators.mapping.propose import Proposal, propose

REAL = Path(__file__).resolve().parents[1].parent / "shared" / "real"
INCOME = {"form": "CITY-INCOME", "name": "分市州居民收入", "department": "PUB", "scope": "HOUSEHOLD_SURVEY"}
PROVINCE = {"form": "NBS-PROVINCE", "name": "分省年度数据", "department": "PUB", "scope": "NBS_POST4"}
QUARTER = {"form": "NBS-QUARTER", "name": "季度数据", "department": "PUB", "scope": "NBS_NATION", "area": "000000"}


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue."""
    return load_catalogue(Path(str(catalogue_folder())))


def proposed(data: bytes, name: str = "手工表.xlsx") -> Proposal:
    """The draft for a workbook."""
    made = propose(blocks_of(read_workbook(data, name), Mapping().notes), catalogue())
    assert made is not None
    return made


def confirmed(data: bytes, said: dict[str, Any], name: str = "手工表.xlsx") -> Mapping:
    """The draft as a person completes it: what no table says is filled in, the questions are answered."""
    return proposed(data, name).mapping.model_copy(update={"questions": (), **said})


def knowing(*mappings: Mapping) -> Catalogue:
    """The catalogue with these mappings in force; those of one form are its editions, oldest first."""
    forms: dict[str, list[Mapping]] = {}
    for mapping in mappings:
        forms.setdefault(mapping.form, []).append(mapping)
    added = {code: form_of(found) for code, found in forms.items()}
    return catalogue().model_copy(update={"forms": catalogue().forms | added})


def read(data: bytes, *mappings: Mapping, name: str = "手工表.xlsx") -> ParsedReturn:
    """A workbook read where these mappings are in force."""
    return parse_return(read_workbook(data, name), knowing(*mappings), secret=b"a secret of the tests")
