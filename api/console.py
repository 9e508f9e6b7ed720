"""The built console, served beside the API: its files, and its page for every address of its own.

What no route knows comes here. An address below /api stays unknown; any other one is a page of the
console, which looks at the address itself.
"""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import Receive, Scope, Send

ASSETS = "assets"
"""The folder of files whose names hold a hash of their contents."""
_INDEX = "index.html"
_NOT_PAGES = ("/api/", "/metrics/")
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_ASK_AGAIN = {"Cache-Control": "no-cache"}
_READ = frozenset({"GET", "HEAD"})

NOT_BUILT = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>Sharp Eyes Analytics</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<body style="font: 16px/1.6 system-ui, sans-serif; max-width: 40em; margin: 3em auto">
<h1>控制台尚未构建</h1>
<p>服务接口已经在运行，只缺网页控制台。请在项目目录下执行以下命令，完成后刷新本页：</p>
<pre>cd web
npm ci
npm run build</pre>
<p>只想先看效果？执行 <code>scripts/demo</code>，它会自动完成全部准备工作。</p>
<h1 lang="en">The console is not built yet</h1>
<p lang="en">The API runs; only the console in the browser is missing. Run the commands above in the
project's folder, then reload this page. To look around first, run <code>scripts/demo</code>: it
sets up everything by itself.</p>
</body></html>
"""


class Console:
    """An ASGI application over the folder of the built console, which may come or change later."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or f"{scope['path']}/".startswith(_NOT_PAGES):
            raise HTTPException(404)
        if scope["method"] not in _READ:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        await self._answer(scope["path"])(scope, receive, send)

    def _answer(self, path: str) -> Response:
        page = None if self._folder is None else self._folder / _INDEX
        if self._folder is None or page is None or not page.is_file():
            return HTMLResponse(NOT_BUILT, 503, _ASK_AGAIN | {"Retry-After": "60"})
        file = _inside(self._folder, path)
        if file is not None:
            hashed = file.is_relative_to(self._folder.resolve() / ASSETS)
            return FileResponse(file, headers=_FOR_EVER if hashed else _ASK_AGAIN)
        if path.startswith(f"/{ASSETS}/"):
            # A script of an older build: a page in its place would only confuse.
            raise HTTPException(404)
        return FileResponse(page, headers=_ASK_AGAIN)


def _inside(folder: Path, path: str) -> Path | None:
    """Return the file of a path, if there is one and it is really in the folder."""
    if "\\" in path or "\0" in path:
        return None
    try:
        file = (folder / path.lstrip("/")).resolve()
        return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
    except OSError:
        return None  # A name that no file system takes.
