"""The HTTP API: every answer as described, exact numbers, vintages, pages, tags, tokens, one shape of error."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import schemathesis
from flask import Flask
from hypothesis import Phase, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as openapi_checks

from dashboard.api.resources import RESOURCES
from dashboard.app import create_app
from indicators.observations import Measure
from tests.warehouse_world import approve_return, fresh, publish_all
from warehouse.accounts import add_account, set_active
from warehouse.folder import DataFolder
from warehouse.operations import operating
from warehouse.tokens import issue_token, revoke_token

ROOT = "/api/v1"
Get = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Two generations: 2021H1 known as 420 from 4 August and as 441.2 from 16 August; then 2026Q3."""
    made = fresh(tmp_path_factory.mktemp("api") / "data")
    approve_return(made, {"GDP": "420.0"}, period="2021H1", known_at=datetime(2021, 8, 3, 16))
    approve_return(made, {"GDP": "441.2"}, period="2021H1", known_at=datetime(2021, 8, 15, 16), mark="again")
    publish_all(made)
    approve_return(made, {"GDP": "1046.3000000001", "POP": None})
    approve_return(made, {"REV": "-7.3"}, measure=Measure.GROWTH_YOY)
    publish_all(made)
    return made


@pytest.fixture(scope="module")
def server(folder: DataFolder) -> Flask:
    return create_app(folder, guest=True).server


@pytest.fixture
def get(server: Flask) -> Get:
    client = server.test_client()
    return lambda path, **headers: client.get(
        f"{ROOT}/{path}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def rows(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["data"]
    return found


def test_numbers_are_exact_texts_and_blank_is_null(get: Get) -> None:
    found = {row["indicator"]: row for row in rows(get("observations?period=2026Q3"))}
    assert found["GDP"]["canonical_value"] == "1046.3000000001"
    assert found["REV"]["canonical_value"] == "-7.3"
    assert found["POP"]["canonical_value"] is None and found["POP"]["status"] == "O"
    assert "respondent" not in found["GDP"] and "approver" not in found["GDP"]


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("", ["441.2"]),
        ("&asOf=2021-08-10", ["420"]),
        ("&asOf=2021-08-03", []),
        ("&includeHistory=true", ["420", "441.2"]),
        ("&includeHistory=true&asOf=2021-08-10", ["420"]),
    ],
)
def test_what_was_known_on_a_day(get: Get, question: str, values: list[str]) -> None:
    found = rows(get(f"observations?indicator=GDP&period=2021H1{question}"))
    assert sorted(row["canonical_value"] for row in found) == values
    if question.endswith("asOf=2021-08-10") and "History" in question:
        assert found[0]["superseded_at"] is None, "on that day nobody knew that it would be superseded"


def test_pages_together_are_everything_once(get: Get) -> None:
    whole = rows(get("observations?includeHistory=true"))
    path, pieces = "observations?includeHistory=true&limit=1", []
    while path:
        page = get(path)
        pieces += rows(page)
        path = (page.json["next"] or "").removeprefix(f"{ROOT}/")
        assert ('rel="next"' in page.headers.get("Link", "")) is bool(path)
    assert pieces == whole and len(whole) == 5


def test_a_page_stays_with_its_generation(get: Get) -> None:
    first = rows(get("observations?after=g1.0&limit=5"))
    assert first == [], "generation 1 has one observation, whatever was published later"
    assert get("observations?after=g77.0").status_code == 410


def test_the_same_question_is_answered_304_until_something_is_published(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")
    approve_return(folder, {"GDP": "1"})
    publish_all(folder)
    client = create_app(folder, guest=True).server.test_client()
    tag = client.get(f"{ROOT}/observations").headers["ETag"]
    again = client.get(f"{ROOT}/observations", headers={"If-None-Match": tag})
    assert again.status_code == 304 and again.data == b""
    assert client.get(f"{ROOT}/observations?limit=2", headers={"If-None-Match": tag}).status_code == 200
    approve_return(folder, {"GDP": "2"}, mark="more")
    publish_all(folder)
    changed = client.get(f"{ROOT}/observations", headers={"If-None-Match": tag})
    assert changed.status_code == 200 and rows(changed)[0]["canonical_value"] == "2"


def test_the_same_rows_as_csv_and_parquet(get: Get) -> None:
    sent = get("observations?period=2026Q3", Accept="text/csv")
    assert sent.data.startswith(b"\xef\xbb\xbf") and b",-7.3," in sent.data and sent.mimetype == "text/csv"
    table = pq.read_table(io.BytesIO(get("observations?period=2026Q3&format=parquet").data))
    assert Decimal("1046.3000000001") in table["canonical_value"].to_pylist()
    assert get("observations", Accept="image/png").status_code == 406
    assert get("targets", Accept="application/vnd.sdmx.data+csv").status_code == 406


def test_sdmx_is_read_by_pysdmx(get: Get, tmp_path: Path) -> None:
    from pysdmx.io import get_datasets, read_sdmx

    structure, data = tmp_path / "structure.json", tmp_path / "data.csv"
    structure.write_bytes(get("sdmx/structure").data)
    data.write_bytes(get("observations?format=sdmx-csv").data)
    kinds = {type(one).__name__ for one in read_sdmx(structure, validate=True).structures}
    assert kinds == {"Codelist", "ConceptScheme", "DataStructureDefinition", "Dataflow"}
    (dataset,) = get_datasets(data, structure, validate=True)
    values = dict(zip(dataset.data["TIME_PERIOD"], dataset.data["OBS_VALUE"], strict=True))
    assert str(values["2021-S1"]) == "441.2" and "2026-Q3" in values
    assert get("observations?format=sdmx-csv&includeHistory=true").status_code == 400


def test_a_data_message_keeps_to_the_schema_and_holds_exact_numbers(get: Get) -> None:
    from pysdmx.io.json.sdmxjson2.reader.doc_validation import validate_sdmx_json

    sent = get("observations", Accept="application/vnd.sdmx.data+json")
    assert sent.mimetype == "application/vnd.sdmx.data+json" and b"1046.3000000001" in sent.data
    validate_sdmx_json(sent.text)
    structure, (found,) = sent.json["data"]["structures"][0], sent.json["data"]["dataSets"]
    keys = [[value["id"] for value in one["values"]] for one in structure["dimensions"]["series"]]
    times = [value["id"] for value in structure["dimensions"]["observation"][0]["values"]]
    read = {}
    for place, series in found["series"].items():
        key = [values[int(at)] for values, at in zip(keys, place.split(":"), strict=True)]
        for time, (value, *_) in series["observations"].items():
            read[key[0], times[int(time)]] = value
    assert read[("GDP", "2021-S1")] == 441.2 and read[("REV", "2026-Q3")] == -7.3 and read[("POP", "2026-Q3")] is None
    with pytest.raises(Exception, match="prepared"):
        validate_sdmx_json(sent.text.replace('"prepared"', '"unprepared"'))


@pytest.mark.parametrize(
    ("path", "status", "code", "parameter"),
    [
        ("observations?indicator=GPD", 400, "unknown_code", "indicator"),
        ("observations?indicater=GDP", 400, "unknown_parameter", "indicater"),
        ("observations?period=2026Q5", 400, "bad_parameter", "period"),
        ("observations?asOf=20260101", 400, "bad_parameter", "asOf"),
        ("observations?asOf=2026-02-30", 400, "bad_parameter", "asOf"),
        ("observations?limit=0", 400, "bad_parameter", "limit"),
        ("observations?limit=1&limit=2", 400, "repeated_parameter", "limit"),
        ("observations?format=xml", 400, "unknown_format", "format"),
        ("observations?after=1", 400, "bad_parameter", "after"),
        ("observations?after=g%EF%BC%91.0", 400, "bad_parameter", "after"),
        ("observations?limit=%EF%BC%95", 400, "bad_parameter", "limit"),
        ("observations?indicator=GDP,", 400, "bad_parameter", "indicator"),
        ("observations?indicator=GDP%00", 400, "unknown_code", "indicator"),
        ("observations?asOf=9999-12-31", 400, "bad_parameter", "asOf"),
        ("nothing", 404, "not_found", ""),
        ("observations/", 404, "not_found", ""),
    ],
)
def test_every_error_has_the_same_shape_and_a_sentence(
    get: Get, path: str, status: int, code: str, parameter: str
) -> None:
    error = get(path).json["error"]
    assert (error["status"], error["code"], error.get("parameter", "")) == (status, code, parameter)
    assert error["message"].endswith("。") and "。。" not in error["message"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_changed(server: Flask, method: str) -> None:
    refused = getattr(server.test_client(), method)(f"{ROOT}/observations")
    assert (
        refused.status_code == 405
        and refused.json["error"]["code"] == "read_only"
        and "GET" in refused.headers["Allow"]
    )


@pytest.mark.parametrize("path", ["observations", "status", "sdmx/structure", "openapi.json", "", "nothing"])
def test_what_may_be_done_is_said_the_same_everywhere(server: Flask, path: str) -> None:
    client = server.test_client()
    asked, refused = client.options(f"{ROOT}/{path}"), client.post(f"{ROOT}/{path}")
    assert asked.status_code == 204 and asked.headers["Allow"] == refused.headers["Allow"] == "GET, HEAD, OPTIONS"
    got, head = client.get(f"{ROOT}/{path}"), client.head(f"{ROOT}/{path}")
    assert head.data == b"" and head.status_code == got.status_code
    assert head.headers.get("ETag") == got.headers.get("ETag")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv;q=0", None), ("text/html", None), ("text/html, */*;q=0.1", "application/json"),
        ("application/json;q=0.1, text/csv", "text/csv"),
        ("application/vnd.sdmx.data+csv;version=2.0.0", "application/vnd.sdmx.data+csv"),
        ("application/vnd.sdmx.data+csv;version=2.0.0;q=0", None),
    ],
)  # fmt: skip
def test_the_kind_that_is_accepted_comes(get: Get, accept: str, kind: str | None) -> None:
    sent = get("observations", Accept=accept)
    assert (sent.mimetype if sent.status_code == 200 else None) == kind


def test_off_the_loopback_nothing_is_read_without_a_token(folder: DataFolder) -> None:
    client = create_app(folder, hosts=None).server.test_client()

    def status(token: str = "") -> int:
        return client.get(
            f"{ROOT}/observations", headers={"Authorization": f"Bearer {token}"} if token else {}
        ).status_code

    assert status() == 401 and client.get(f"{ROOT}/sdmx/structure").status_code == 401
    assert client.get("/sql/facts").status_code == 401
    assert client.post("/sql/run", json={"sql": "SELECT 1"}).json["error"]["code"] == "login_needed"
    with operating(folder) as conn:
        add_account(conn, "分析员", "correct horse", "analyst", by="test")
        first = issue_token(conn, "分析员", by="test")
        second = issue_token(conn, "分析员", by="test")
    assert (
        first.encode() not in folder.operations.read_bytes() and second.encode() not in folder.operations.read_bytes()
    )
    assert (status(first), status(second), status("zb_wrong")) == (401, 200, 401)
    with operating(folder) as conn:
        set_active(conn, "分析员", False, by="test")
    assert status(second) == 401
    with operating(folder) as conn:
        set_active(conn, "分析员", True, by="test")
        revoke_token(conn, "分析员", by="test")
    assert status(second) == 401


def test_the_status_of_returns_is_for_accounts_and_a_filler_sees_the_own_department(folder: DataFolder) -> None:
    client = create_app(folder, guest=True).server.test_client()
    assert client.get(f"{ROOT}/status").status_code == 401
    with operating(folder) as conn:
        add_account(conn, "发布员", "correct horse", "publisher", by="test")
        add_account(conn, "填报员", "correct horse", "filler", department="TJJ", by="test")
        tokens = {name: issue_token(conn, name, by="test") for name in ("发布员", "填报员")}

    def ask(name: str, question: str = "", **headers: str) -> Any:
        told = {"Authorization": f"Bearer {tokens[name]}", **headers}
        return client.get(f"{ROOT}/status?period=2026Q3{question}", headers=told)

    found = rows(ask("发布员"))
    assert {"TJJ", "CZJ"} <= {row["department"] for row in found} and {row["state"] for row in found} == {"未报"}
    assert {row["department"] for row in rows(ask("填报员"))} == {"TJJ"}
    assert {row["period"] for row in rows(ask("发布员", ",2026Q2"))} == {"2026Q3", "2026Q2"}
    tag = ask("发布员").headers["ETag"]
    assert ask("发布员", **{"If-None-Match": tag}).status_code == 304
    assert ask("填报员", **{"If-None-Match": tag}).status_code == 200
    assert ask("发布员", "&format=csv").data.count(b"\r\n") == len(found) + 1


def test_on_the_loopback_a_wrong_token_is_noticed(get: Get) -> None:
    assert get("observations", Authorization="Bearer zb_wrong").status_code == 401
    assert get("observations", Authorization="Basic eDp5").json["error"]["code"] == "token_malformed"
    assert get("observations", Host="evil.example").json["error"]["status"] == 421


@pytest.fixture(scope="module")
def described(server: Flask) -> Any:
    """The API as it describes itself."""
    return schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", server)


CHECKS = (
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.unsupported_method,
    openapi_checks.allow_header_conformance,
)  # not positive_data_acceptance: which codes there are is known to the generation and not to the description


def test_the_server_keeps_to_its_description(described: Any) -> None:
    tried = 0
    for found in described.get_all_operations():
        operation = found.ok()

        good, bad = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

        @given(good | bad)
        @settings(max_examples=24, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
        def keeps(case: schemathesis.Case) -> None:
            nonlocal tried
            tried += 1
            case.call_and_validate(checks=list(CHECKS))

        keeps()
    assert tried >= 10 * len(RESOURCES)


def test_the_description_names_every_parameter_and_column(get: Get) -> None:
    said = get("openapi.json").json
    assert said["openapi"].startswith("3.1") and said["servers"] == [{"url": ROOT}]
    for path, entry in said["paths"].items():
        assert all(one["description"] for one in entry["get"].get("parameters", [])), path
    for name, row in said["components"]["schemas"].items():
        assert name == "error" or all(column["description"] for column in row["properties"].values()), name
