"""From workbooks to a proposal for a person: read in a child, drafted from the first, tried on the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from etl.adopt.reading import fit_to, read_mapped
from etl.adopt.shape import blocks_of
from etl.worker import read_file
from indicators.catalogue.model import Catalogue
from indicators.errors import UsageError
from indicators.mapping.model import Mapping
from indicators.mapping.names import Names
from indicators.mapping.propose import Proposal, propose
from indicators.mapping.text import write_mapping


@dataclass(slots=True)
class Draft:
    """A proposal for a kind of workbook; `others` tells per further file what the draft meets there."""

    file: str
    proposal: Proposal
    known_as: str = ""  # the confirmed mapping that reads the first file already
    others: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)  # departments and scopes, name by code

    @property
    def yaml(self) -> str:
        """The draft as a person gets it."""
        return write_mapping(self.proposal.mapping, self.proposal.grounds.remarks)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "file": self.file,
            "known_as": self.known_as,
            "mapping": self.proposal.mapping.model_dump(mode="json", exclude_defaults=True),
            "evidence": [asdict(one) for one in self.proposal.grounds.evidence],
            "questions": list(self.proposal.mapping.questions),
            "others": self.others,
            "choices": self.choices,
        }


def draft_for(workbooks: Sequence[tuple[bytes, str]], catalogue: Catalogue) -> Draft:
    """A draft from the first of these workbooks, tried on the others. Raises UsageError when it holds no table."""
    data, name = workbooks[0]
    book = read_file(data, name)
    if book.refused:
        raise UsageError(f"{book.findings[0].message}没有提出对照表。{book.findings[0].hint}")
    proposal = propose(blocks_of(book, Mapping().notes), catalogue)
    if proposal is None:
        raise UsageError(
            f"“{name}”里没有找到表（左边是名称、右边是数字的行），没有提出对照表。请用 zhibiao inspect 查看。"
        )
    known = read_mapped(book, catalogue)
    draft = Draft(name, proposal, f"{known.form}.{known.edition}" if known and known.form else "")
    draft.choices = {
        "department": {code: one.name for code, one in catalogue.departments.items()},
        "scope": {code: one.name for code, one in catalogue.scopes.items()},
    }
    for more, called in workbooks[1:]:
        other = read_file(more, called)
        fit = fit_to(proposal.mapping, other, Names(catalogue))
        told = [note.text for note in (*fit.questions, *fit.notes)]
        draft.others[called] = [f.message for f in other.findings] if other.refused else told
    return draft
