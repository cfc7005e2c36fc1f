"""Headless Chromium for tests of pages, spoken to by its DevTools protocol over a pipe: no package is needed.

https://chromedevtools.github.io/devtools-protocol
"""

import base64
import contextlib
import itertools
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

EXECUTABLE = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_WORDS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "about:blank"]
_WORDS += ["--disable-background-networking", "--remote-debugging-pipe", "--hide-scrollbars"]
_ON_3_AND_4 = "import os, sys; [os.dup2(int(sys.argv[1]), to) for to in (3, 4)]; os.execv(sys.argv[2], sys.argv[2:])"
_KEYS = {"Enter": 13, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Delete": 46}
_SECONDS = 30  # for an answer, from a machine that does much else


class Browser:
    """A running browser. Use `started()`."""

    def __init__(self, connection):
        self._connection, self._numbers, self._unread = connection, itertools.count(1), b""
        self.events = []  # (session, method, parameters)

    def send(self, method, session=None, **parameters):
        """The answer to a command."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters}
        command |= {"sessionId": session} if session else {}
        self._connection.sendall(json.dumps(command).encode() + b"\0")
        while (message := self._read()).get("id") != number:
            self._note(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        return message["result"]

    def wait_for(self, method, since, **parameters):
        """The first event of that kind with these parameters after the first `since` events."""
        while True:
            for _, name, told in self.events[since:]:
                if name == method and parameters.items() <= told.items():
                    return told
            self._note(self._read())

    def _note(self, message):
        self.events.append((message.get("sessionId"), message["method"], message["params"]))

    def _read(self):
        while b"\0" not in self._unread:
            received = self._connection.recv(2**16)
            if not received:
                raise RuntimeError("the browser has ended")
            self._unread += received
        message, _, self._unread = self._unread.partition(b"\0")
        return json.loads(message)

    def open(self, address, width=1400, height=900, is_dark=False):
        """A page in a profile of its own, as a stranger opens it."""
        profile = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", url="about:blank", browserContextId=profile)["targetId"]
        page = Page(self, profile, self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        page.resize(width, height)
        page.send("Emulation.setFocusEmulationEnabled", enabled=True)  # else its timers are slow and nothing is copied
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        page.send("Emulation.setEmulatedMedia", features=[scheme])
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.send(f"{domain}.enable")
        page.send("Page.navigate", url=address)
        return page


class Page:
    """A page that is open."""

    def __init__(self, browser, profile, session):
        self._browser, self._profile, self._session = browser, profile, session

    def close(self):
        """Closes it, with its profile."""
        self._browser.send("Target.disposeBrowserContext", browserContextId=self._profile)

    def send(self, method, **parameters):
        """The answer to a command about this page."""
        return self._browser.send(method, self._session, **parameters)

    def resize(self, width, height):
        """Gives the window another size, in CSS pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.send("Emulation.setDeviceMetricsOverride", **size)

    def run(self, script):
        """The value of a JavaScript expression, awaited where it is a promise."""
        options = {"awaitPromise": True, "returnByValue": True, "userGesture": True}
        result = self.send("Runtime.evaluate", expression=script, **options)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{script}: {result['exceptionDetails']['exception']['description']}")
        return result["result"].get("value")

    def wait_for(self, condition, seconds=10):
        """Waits until a JavaScript expression is true; one that fails, where nothing is there yet, is not."""
        script = f"""new Promise((done) => {{
            const end = Date.now() + {seconds * 1000};
            const isTrue = () => {{ try {{ return !!({condition}) }} catch {{ return false }} }};
            const look = () => (isTrue() || Date.now() > end ? done(isTrue()) : setTimeout(look, 10));
            look();
        }})"""
        if not self.run(script):
            raise AssertionError(f"not within {seconds} seconds: {condition}")

    def click(self, selector, times=1):
        """Clicks the middle of an element with the mouse; twice is a double click."""
        x, y = self.middle(selector)
        for count in range(1, times + 1):
            for kind in ("mousePressed", "mouseReleased"):
                self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=count)

    def middle(self, selector):
        """(x, y) of the middle of an element, scrolled into sight."""
        element = f"document.querySelector({json.dumps(selector)})"
        self.run(f"{element}.scrollIntoView({{block: 'nearest', behavior: 'instant'}})")
        box = self.run(f"{element}.getBoundingClientRect().toJSON()")
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def press(self, key):
        """Presses a key of the keyboard, such as `"ArrowRight"`."""
        for kind in ("rawKeyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=_KEYS[key])
        if key == "Enter":
            self.send("Input.dispatchKeyEvent", type="char", key=key, text="\r")

    def write(self, selector, text):
        """Types a text into a field, in place of what it holds."""
        self.run(f"document.querySelector({json.dumps(selector)}).select()")
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.send("Input.insertText", text=text)

    def choose(self, selector, value):
        """Gives a field or a slider a value, and says so to the page."""
        field = f"document.querySelector({json.dumps(selector)})"
        events = "['input', 'change'].forEach(kind => field.dispatchEvent(new Event(kind, {bubbles: true})))"
        self.run(f"(field => {{ field.value = {json.dumps(value)}; {events} }})({field})")

    def allow(self, *permissions):
        """Grants what a visitor would be asked for, such as `"clipboardReadWrite"`."""
        self._browser.send("Browser.grantPermissions", permissions=permissions, browserContextId=self._profile)

    def download(self, selector, folder):
        """Clicks an element and returns the file that it downloads into a folder."""
        how = {"behavior": "allow", "downloadPath": str(folder), "eventsEnabled": True}
        self._browser.send("Browser.setDownloadBehavior", browserContextId=self._profile, **how)
        before = len(self._browser.events)
        self.click(selector)
        begun = self._browser.wait_for("Browser.downloadWillBegin", before)
        self._browser.wait_for("Browser.downloadProgress", before, guid=begun["guid"], state="completed")
        return pathlib.Path(folder) / begun["suggestedFilename"]

    def screenshot(self, path):
        """Writes what the window shows as a PNG file."""
        picture = self.send("Page.captureScreenshot", format="png")["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(picture))

    def complaints(self):
        """Errors and warnings in the page's console so far."""
        self.run("0")  # what has been said until now has then been read
        found = []
        for method, told in self._told():
            if method == "Runtime.exceptionThrown":
                found.append(told["exceptionDetails"]["exception"].get("description", str(told)))
            elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
                found.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
            elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning"):
                found.append(str(told["args"]))
        return found

    def requests(self):
        """Addresses that the page has asked for."""
        self.run("0")
        return [told["request"]["url"] for method, told in self._told() if method == "Network.requestWillBeSent"]

    def _told(self):
        return [(method, told) for session, method, told in self._browser.events if session == self._session]


@contextlib.contextmanager
def started():
    """A browser, ended afterwards."""
    ours, its = socket.socketpair()
    ours.settimeout(_SECONDS)
    with ours, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        call = [sys.executable, "-c", _ON_3_AND_4, str(its.fileno()), EXECUTABLE, f"--user-data-dir={folder}", *_WORDS]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(call, pass_fds=[its.fileno()], env=os.environ | {"HOME": folder}, **quiet)
        its.close()
        browser = Browser(ours)
        try:
            yield browser
            browser.send("Browser.close")
        finally:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
