"""Who a return is: form, edition, period, department and origin, signed so that a mix-up or an edit is noticed.

Written into every template (`_meta` and a printed line), read back by `identify`. The signature is HMAC-SHA256 over the
five; it guards against accidents and edits of the meta sheet, it is not access control.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from indicators.catalogue.model import FormEdition
from indicators.observations import Origin

META_SHEET = "_meta"
PRODUCT = "zhibiao"
_LINE = re.compile(r"识别码[:：]\s*([^|｜\s]+(?:[|｜][^|｜\s]+){4})[|｜]([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Identity:
    """The five codes of a return; `origin` says whose numbers they are (returned · published · simulated)."""

    form: str
    edition: str
    period: str
    department: str
    origin: Origin = Origin.RETURNED

    @property
    def parts(self) -> tuple[str, str, str, str, str]:
        """The five in signing order."""
        return self.form, self.edition, self.period, self.department, self.origin.value

    def sign(self, secret: bytes) -> str:
        """Signature, 64 hex digits."""
        message = "\x1f".join((PRODUCT, *self.parts)).encode(errors="replace")
        return hmac.new(secret, message, hashlib.sha256).hexdigest()

    def line(self, secret: bytes) -> str:
        """The printed line, so that a sheet copied into a new workbook still says what it is."""
        return f"识别码：{'|'.join(self.parts)}|{self.sign(secret)}"

    def meta(self, secret: bytes, edition: FormEdition) -> dict[str, str]:
        """Contents of the `_meta` sheet, in order."""
        keys = ("form", "edition", "period", "department", "origin")
        known = dict(zip(keys, self.parts, strict=True))
        return {"product": PRODUCT, **known, "spec": spec_digest(edition), "signature": self.sign(secret)}


def signed(values: Mapping[str, str], secret: bytes) -> Identity | None:
    """The identity in these meta values when its signature is right, else None."""
    try:
        identity = Identity(
            values["form"], values["edition"], values["period"], values["department"], Origin(values["origin"])
        )
    except (KeyError, ValueError):
        return None
    claimed = values.get("signature", "").encode(errors="replace")
    return identity if hmac.compare_digest(identity.sign(secret).encode(), claimed) else None


def read_line(text: str) -> dict[str, str] | None:
    """The meta values in a printed line (`line`), or None when the text is no such line."""
    found = _LINE.search(text)
    if not found:
        return None
    parts = re.split(r"[|｜]", found[1])
    keys = ("form", "edition", "period", "department", "origin")
    return dict(zip(keys, parts, strict=True)) | {"signature": found[2]}


def spec_digest(edition: FormEdition) -> str:
    """SHA-256 of the edition as the catalogue holds it, 16 digits: a later change of the form is noticed."""
    return hashlib.sha256(edition.model_dump_json().encode()).hexdigest()[:16]
