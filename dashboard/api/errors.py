"""The one shape of every error of the API: an HTTP status, a code for programs, a Chinese sentence for people."""

from __future__ import annotations

from typing import Any

from indicators.errors import ZhibiaoError


class ApiError(ZhibiaoError):
    """An answer that is not what was asked for; `parameter` names the one at fault, if one is."""

    def __init__(self, status: int, code: str, message: str, parameter: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.parameter = status, code, parameter

    @property
    def body(self) -> dict[str, Any]:
        """What is sent."""
        said: dict[str, Any] = {"status": self.status, "code": self.code, "message": str(self)}
        if self.parameter:
            said["parameter"] = self.parameter
        return {"error": said}
