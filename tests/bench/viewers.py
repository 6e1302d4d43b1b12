"""Many at once: viewers who read pages while fillers send returns; errors, waiting, and the server's memory.

    python -m tests.bench.viewers                   50 viewers and 10 uploaders for 10 minutes, on a demonstration
    python -m tests.bench.viewers --minutes 0.3     the same for 20 seconds
    python -m tests.bench.viewers --data FOLDER     over a demonstration that is there already; returns are sent to it

A viewer asks for a page as a browser does, now and then as of an earlier day, and reads it for a moment. An uploader
logs in as a filler and sends the department's newest workbook again and again, each time with other bytes and the same
cells, so that each is read and checked in full. Being told to wait (503), or that another return of the department
awaits review (409), is counted and is no error. Memory is that of all processes of the server: when every page and
every form has been seen once, then each minute, then at the end.
"""

from __future__ import annotations

import argparse
import http.client
import http.cookiejar
import io
import random
import re
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.serving import Served, serving

PAGES = ("/", "/", "/?target=2020", "/indicator?code=GDP", "/indicator?code=LAND_NEW", "/land", "/department", "/wall")
PAST = tuple(f"/?asof=2026-{month:02d}-15" for month in range(1, 12))  # each has to be worked out anew
LOGINS = {
    "FIN-Q": "财政局填报",
    "IND-Q": "工信局填报",
    "INV-Q": "发改局填报",
    "LAND-Q": "自然资源局填报",
    "GDP-Q": "统计局填报",
}
PASSWORD = "zhibiao-demo"
RARELY = 0.03  # of the pages are looked at as known on an earlier day


@dataclass
class Tally:
    """What happened, by kind of act; times in seconds."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    waits: int = 0
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, seconds: float, error: str = "") -> None:
        """One act."""
        with self.lock:
            self.times.setdefault(kind, []).append(seconds)
            if error:
                self.errors.append(f"{kind}: {error}")


class Browser:
    """One person's browser: its cookies, the token of its pages, one request at a time."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        """Status and text of an answer; a refusal is an answer too."""
        request = urllib.request.Request(
            self.address + path, data=body, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")

    def log_in(self, name: str) -> str:
        """Log in; the token that goes with uploads."""
        _, page = self.ask("/login", Accept="text/html")
        said = {"csrf": _token(page), "next": "/", "name": name, "password": PASSWORD}
        status, page = self.ask("/login", urllib.parse.urlencode(said).encode(), Accept="text/html")
        if status != 200 or "退出" not in page:
            told = re.sub(r"<[^>]+>|\s+", " ", page.partition("<main")[2])[:200]
            raise RuntimeError(f"{name} could not log in: {status} {told}")
        return _token(page)


def _token(page: str) -> str:
    found = re.search(r'name="csrf"[^>]*(?:content|value)="([^"]+)"', page)
    return found[1] if found else ""


def view(address: str, until: float, think: float, tally: Tally, seed: int) -> None:
    """One viewer."""
    chance, browser = random.Random(seed), Browser(address)
    time.sleep(chance.uniform(0, think))
    while time.monotonic() < until:
        path = chance.choice(PAST if chance.random() < RARELY else PAGES)
        began = time.monotonic()
        try:
            status, text = browser.ask(path, Accept="text/html")
            wrong = "" if status == 200 and "没有算出来" not in text else f"{path} {status}"
        except (OSError, http.client.HTTPException) as error:
            wrong = f"{path} {type(error).__name__} {error}"
        tally.add("page", time.monotonic() - began, wrong)
        time.sleep(chance.uniform(think / 2, think * 3 / 2))


def upload(address: str, until: float, account: str, workbook: bytes, name: str, tally: Tally) -> None:
    """One uploader."""
    browser = Browser(address)
    try:
        token = browser.log_in(account)
    except (OSError, RuntimeError) as error:
        tally.add("login", 0, str(error))
        return
    while time.monotonic() < until:
        mark = uuid.uuid4().hex
        body, kind = _form(_other_bytes(workbook, mark), name, mark)
        began = time.monotonic()
        try:
            status, text = browser.ask(
                "/work/upload", body, Content_Type=kind, Accept="application/json", X_CSRF_Token=token
            )
            if status == 503:
                with tally.lock:
                    tally.waits += 1
                time.sleep(3)
                continue
            awaits = status == 409 and "等待审核" in text  # read and checked; an earlier one is not reviewed yet
            if awaits:
                with tally.lock:
                    tally.refused += 1
            wrong = "" if status == 200 or awaits else f"{status} {text[:200]}"
        except (OSError, http.client.HTTPException) as error:
            wrong = f"{type(error).__name__} {error}"
        tally.add("upload", time.monotonic() - began, wrong)
        time.sleep(1)


def _other_bytes(workbook: bytes, mark: str) -> bytes:
    """The same workbook with a comment in its archive: other bytes, the same cells."""
    held = io.BytesIO(workbook)
    with zipfile.ZipFile(held, "a") as archive:
        archive.comment = mark.encode()
    return held.getvalue()


def _form(workbook: bytes, name: str, mark: str) -> tuple[bytes, str]:
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    return head.encode() + workbook + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def workbooks(folder: Path) -> list[tuple[str, str, bytes]]:
    """Account, file name and bytes of the newest workbook of each form that an uploader sends."""
    found = []
    for form, account in LOGINS.items():
        files = sorted((folder / "workbooks").rglob(f"*{form}*.xlsx"), key=lambda p: p.stem.rsplit("_", 1)[-1])
        if files:
            found.append((account, f"{form}.xlsx", files[-1].read_bytes()))
    return found


def trial(served: Served, folder: Path, viewers: int, uploaders: int, minutes: float, think: float) -> Tally:
    """Let all of them go at once and wait until the time is over."""
    tally, until = Tally(), time.monotonic() + minutes * 60
    sent = workbooks(folder)
    threads = [
        threading.Thread(target=view, args=(served.address, until, think, tally, seed)) for seed in range(viewers)
    ]
    for number in range(uploaders):
        account, name, content = sent[number % len(sent)]
        threads.append(threading.Thread(target=upload, args=(served.address, until, account, content, name, tally)))
    for thread in threads:
        thread.start()
    tally.memory.append(served.memory())
    for minute in range(1, int(minutes) + 1):
        time.sleep(max(0.0, until - 60 * (minutes - minute) - time.monotonic()))
        tally.memory.append(served.memory())
    for thread in threads:
        thread.join()
    tally.memory.append(served.memory())
    return tally


def warmed(served: Served, folder: Path) -> None:
    """Ask for every page and send every form a few times, so that each worker has most likely had each."""
    for path in (*PAGES, *PAGES):
        Browser(served.address).ask(path, Accept="text/html")
    for account, name, content in workbooks(folder):
        upload(served.address, time.monotonic() + 3, account, content, name, Tally())


def report(tally: Tally) -> str:
    """A table of what happened."""
    lines = ["| act | times | median ms | p95 ms | worst ms |", "|---|---|---|---|---|"]
    for kind, times in sorted(tally.times.items()):
        ordered = sorted(t * 1000 for t in times)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        lines.append(f"| {kind} | {len(ordered)} | {ordered[len(ordered) // 2]:.0f} | {p95:.0f} | {ordered[-1]:.0f} |")
    lines.append(f"errors: {len(tally.errors)}; told to wait: {tally.waits}")
    lines.append(f"uploads read and checked, then refused for another that awaits review: {tally.refused}")
    lines += sorted(set(tally.errors))[:10]
    told = "、".join(str(one) for one in tally.memory[1:-1]) or "—"
    lines.append(f"memory of the server, MB: {tally.memory[0]} warm, each minute {told}, {tally.memory[-1]} at the end")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Run the trial and print what happened; 1 when anything went wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--uploaders", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--think", type=float, default=3, help="seconds a viewer reads a page, on average")
    parser.add_argument("--data", type=Path, help="a demonstration's folder; made anew when not given")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.data
        if folder is None:
            from tests.bench.large import founded

            folder = founded(Path(temporary) / "demo").root
        with serving(folder) as served:
            warmed(served, folder)
            tally = trial(served, folder, asked.viewers, asked.uploaders, asked.minutes, asked.think)
            sys.stdout.write(report(tally) + "\n")
    return 1 if tally.errors else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
