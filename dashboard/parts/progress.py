"""Work under way: what is being done now. The page's script asks how it goes and shows the result when it is done."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.parts.panel import panel
from dashboard.work.jobs import Job


def progress(job: Job, title: str, about: str) -> html.Section:
    """A running job; without scripts a link asks again."""
    watched: dict[str, Any] = {"data-watch": f"/work/publish/status?kind={job.kind}&job={job.token}"}
    key = "preview" if job.kind == "preview" else "job"
    line = html.P([html.Span(className="spinner"), html.Span(f"{job.stage}……", className="stage")], role="status")
    again = html.A("刷新看进展", href=f"/publish?{key}={job.token}", className="about")
    return panel(title, about, html.Div([line, again], className="watched", **watched), name=key)
