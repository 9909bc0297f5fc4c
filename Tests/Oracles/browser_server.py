"""The server behind play_in_browser.py, and the browser that visits it."""
import contextlib
import http.server
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

# Seconds in which the browser must have started.
PATIENCE = 60
# Bytes that are sent at once.
BLOCK = 1 << 20
PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "play_in_browser.html")


class Server(http.server.ThreadingHTTPServer):
    """Serves the page and the videos, and collects what the page saw."""

    daemon_threads = True

    def __init__(self, videos, settings):
        super().__init__(("127.0.0.1", 0), Exchange)
        self.videos = videos
        self.settings = settings
        self.results = {}
        self.news = threading.Condition()

    def has_result(self, index, seconds, process):
        """Waits for a result as long as the process runs."""
        end = time.monotonic() + seconds
        with self.news:
            while index not in self.results and time.monotonic() < end and process.poll() is None:
                self.news.wait(1)
            return index in self.results


class Exchange(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        index = re.fullmatch(r"/videos/(\d+)", self.path)
        if self.path == "/":
            with open(PAGE, "rb") as file:
                self.answer(200, "text/html", file.read())
        elif self.path == "/settings":
            self.answer(200, "application/json", json.dumps(self.server.settings).encode())
        elif index:
            self.give_video(self.server.videos[int(index[1])])
        else:
            self.answer(404, "text/plain", b"")

    def do_POST(self):
        index = int(re.fullmatch(r"/results/(\d+)", self.path)[1])
        seen = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.news:
            self.server.results[index] = seen
            self.server.news.notify_all()
        self.answer(204, "text/plain", b"")

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            # The player has jumped elsewhere.
            pass

    def give_video(self, path):
        """The bytes that are asked for; players read the index, then jump."""
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            first, last = (int(asked[1]), min(int(asked[2] or size), size - 1)) if asked else (0, size - 1)
            extra = {"Content-Range": f"bytes {first}-{last}/{size}"} if asked else {}
            self.answer_head(206 if asked else 200, "video/mp4", last + 1 - first, extra)
            file.seek(first)
            for start in range(first, last + 1, BLOCK):
                self.wfile.write(file.read(min(BLOCK, last + 1 - start)))

    def answer_head(self, status, kind, size, extra={}):
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": size, "Accept-Ranges": "bytes", **extra}.items():
            self.send_header(name, str(value))
        self.end_headers()

    def answer(self, status, kind, body):
        self.answer_head(status, kind, len(body))
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def browse(browser, server, seconds):
    """Runs the browser until every video has a result, or it ends, or hangs. What it said is shown if not all have one."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, open(os.path.join(profile, "log"), "wb+") as log:
        # Containers run as root, where Chromium's sandbox refuses, and have little shared memory.
        process = subprocess.Popen(
            [browser, "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--mute-audio", "--no-first-run",
             "--autoplay-policy=no-user-gesture-required", f"--user-data-dir={profile}", f"http://127.0.0.1:{server.server_port}/"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            is_complete = all(server.has_result(index, PATIENCE + allowed, process) for index, allowed in enumerate(seconds))
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if not is_complete:
            log.seek(0)
            print(log.read().decode(errors="replace"), file=sys.stderr)
