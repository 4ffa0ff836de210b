"""The demo's web application: which beds of a ward are taken, from a SQLite database, for a web browser."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from contextlib import closing
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = (HERE / "VERSION").read_text(encoding="utf-8").strip()
QUERY = (HERE / "board.sql").read_text(encoding="utf-8")


def beds(database: str) -> list[tuple[str, ...]]:
    """Every bed as this release shows it; sqlite3.Error where the database is of another release."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as link:
        return [tuple("" if cell is None else str(cell) for cell in row) for row in link.execute(QUERY)]


class Board(BaseHTTPRequestHandler):
    """`/version` says which release runs, `/health` whether it can read its database, `/` shows the board."""

    def do_GET(self) -> None:
        """Answer one question; a database that does not fit is a 500 with the reason."""
        if self.path == "/version":
            self._say(HTTPStatus.OK, VERSION, "text/plain")
            return
        try:
            rows = beds(os.environ["BOARD_DATABASE"])
        except sqlite3.Error as error:
            self._say(HTTPStatus.INTERNAL_SERVER_ERROR, f"{VERSION}: {error}", "text/plain")
            return
        if self.path == "/health":
            self._say(HTTPStatus.OK, json.dumps({"version": VERSION, "beds": len(rows)}), "application/json")
        else:
            lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
            self._say(HTTPStatus.OK, f"<h1>床位一览 {VERSION}</h1><table>{lines}</table>", "text/html")

    def _say(self, status: HTTPStatus, body: str, kind: str) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        """Say nothing: the demo is about the upgrade."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Board).serve_forever()
