"""催报: a reminder marked as sent, with its words; the on-time rates as a workbook."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, redirect, request, send_file

from dashboard import access
from etl.opening import today
from etl.reminders import mark_sent
from etl.status import latest_period
from etl.timeliness import punctuality, punctuality_workbook, quarters_until
from indicators.periods import Period

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(server: Flask) -> None:
    """Put the routes on `server`."""
    reminding = Blueprint("reminding", __name__, url_prefix="/work/remind")
    reminding.add_url_rule("/sent", "sent", _sent, methods=["POST"])
    reminding.add_url_rule("/rates.xlsx", "rates", _rates, methods=["GET"])
    server.register_blueprint(reminding)


def _sent() -> Any:
    asked = request.form
    said = mark_sent(access.way(), asked.get("period", ""), asked.get("department", ""), asked.get("text", ""))
    access.tell(said)
    return redirect(f"/remind?{urlencode({'period': asked.get('period', '')})}", 303)


def _rates() -> Response:
    asked = request.args.get("period", "")
    quarters = quarters_until(Period.parse(asked) if asked else latest_period(today()))
    content = punctuality_workbook(punctuality(access.way(), quarters), quarters)
    name = f"按时率_{quarters[0].code}-{quarters[-1].code}.xlsx"
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)
