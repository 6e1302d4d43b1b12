"""Still parts: what never changes is HTML, texts in it are only ever texts, and what moves stays a component."""

from __future__ import annotations

import orjson
from dash import dcc, html

from dashboard.page import finish
from dashboard.still import stilled

HURT = "<script>window.hurt=1</script>"


def test_a_section_without_anything_alive_is_one_piece_of_html() -> None:
    link = dcc.Link(HURT, href="/indicator?code=GDP&at=1")
    (still,) = stilled([html.Section([html.H2(HURT, id="t-title"), link], className="panel", title="x")])
    assert still["props"]["tag"] == "section" and still["props"]["attributes"] == {"className": "panel", "title": "x"}
    escaped = "&lt;script&gt;window.hurt=1&lt;/script&gt;"
    assert still["props"]["html"] == (
        f'<h2 id="t-title">{escaped}</h2><a href="/indicator?code=GDP&amp;at=1">{escaped}</a>'
    )


def test_a_chart_and_a_group_of_controls_stay_alive_and_their_neighbours_do_not() -> None:
    controls = html.Div(dcc.Link("2030", href="/"), role="group")
    page = finish([html.Section([html.H2("走势"), controls, dcc.Graph(id="g"), html.P("说明")])])
    (section,) = orjson.loads(page.live)
    kinds = [part["type"] for part in section["props"]["children"]]
    assert section["type"] == "Section" and kinds == ["Still", "Div", "Graph", "Still"]
    assert section["props"]["children"][1]["props"]["children"]["type"] == "Link"
    assert "<p>说明</p>" in page.painted


def test_a_page_that_its_scripts_move_everywhere_has_no_still_parts() -> None:
    page = finish([html.Div(html.P("x", id="said"))], moving=True)
    (part,) = orjson.loads(page.live)
    assert part["type"] == "Div" and part["props"]["children"]["type"] == "P"
