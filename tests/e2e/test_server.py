"""The server as programs see it: headers on every answer, only loopback names, a taken port is a sentence."""

from __future__ import annotations

import http.client
import socket

import pytest

from dashboard.errors import PortTaken
from dashboard.server import listen


def ask(address: str, path: str, host: str = "") -> http.client.HTTPResponse:
    """A plain request, with another host's name if one is given."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
    connection.request("GET", path, headers={"Host": host} if host else {})
    return connection.getresponse()


@pytest.mark.parametrize(
    "path", ["/", "/indicator", "/login", "/_dash-layout", "/_dash-dependencies", "/assets/board.js"]
)
def test_every_answer_carries_the_headers(address: str, path: str) -> None:
    answer = ask(address, path)
    assert answer.status == 200
    policy = answer.getheader("Content-Security-Policy", "")
    assert "default-src 'self'" in policy and "http" not in policy and "unsafe-eval" not in policy
    assert answer.getheader("X-Content-Type-Options") == "nosniff" and answer.getheader("X-Frame-Options") == "DENY"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
def test_another_hosts_name_is_not_answered(address: str, host: str) -> None:
    assert ask(address, "/", host).status == 421


def test_no_page_names_another_host(address: str) -> None:
    for path in ("/", "/indicator"):
        text = ask(address, path).read().decode()
        assert "http://" not in text.replace("http://www.w3.org/2000/svg", "") and "https://" not in _without_config(
            text
        )


def _without_config(page: str) -> str:
    """Dash writes the address of its version check into its settings; the check itself is never made."""
    start = page.index('<script id="_dash-config"')
    return page[:start] + page[page.index("</script>", start) :]


def test_the_small_plotly_stands_in_for_the_full_one(address: str) -> None:
    answer = ask(address, "/_dash-component-suites/plotly/package_data/plotly.min.js")
    body = answer.read()
    assert answer.status == 200 and b"plotly.js (basic" in body[:200] and len(body) < 1_500_000


def test_a_machine_reader_cannot_write(address: str) -> None:
    assert ask(address, "/_mcp").status == 404


def test_a_taken_port_is_a_sentence_with_exit_code_6() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"--port {port + 1}") as refused:
            listen("127.0.0.1", port)
    assert refused.value.exit_code == 6
