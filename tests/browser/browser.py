"""Chromium without a window, told what to do over a pipe: its DevTools protocol as messages that end in a zero byte."""

import base64
import json
import os
import subprocess
import tempfile


class Browser:
    """A context: leaving it ends the browser and removes what it wrote."""

    def __init__(self, program, timeout=120):
        self.folder = tempfile.TemporaryDirectory(prefix="heed_browser.", ignore_cleanup_errors=True)
        to_browser, self.to = os.pipe()
        self.back, from_browser = os.pipe()
        os.set_inheritable(to_browser, True)
        os.set_inheritable(from_browser, True)
        # the shell gives the two pipes the numbers that Chromium expects
        command = ["sh", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "sh", program, "--headless", "--remote-debugging-pipe",
                   "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                   "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--force-device-scale-factor=1",
                   f"--user-data-dir={self.folder.name}", "about:blank"]
        self.log = open(os.path.join(self.folder.name, "log"), "wb+")
        self.process = subprocess.Popen(command, pass_fds=(to_browser, from_browser), stdout=self.log, stderr=self.log,
                                        stdin=subprocess.DEVNULL, env={**os.environ, "HOME": self.folder.name})
        os.close(to_browser)
        os.close(from_browser)
        self.timeout = timeout
        self.unread = b""
        self.sent = 0
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.to)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.back)
        self.log.close()
        self.folder.cleanup()

    def _receive(self):
        import select
        while b"\0" not in self.unread:
            if not select.select([self.back], [], [], self.timeout)[0]:
                raise TimeoutError(f"the browser said nothing for {self.timeout} s")
            more = os.read(self.back, 1 << 20)
            if not more:
                self.log.seek(0)
                raise EOFError("the browser ended: " + self.log.read().decode(errors="replace")[-2000:])
            self.unread += more
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, session=None, **parameters):
        """A command's answer; events that come before it are kept."""
        self.sent += 1
        message = {"id": self.sent, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self.sent:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        while True:
            for i, event in enumerate(self.events):
                if event.get("method") == method:
                    return self.events.pop(i)
            self.events.append(self._receive())


class Page:
    """One tab, of a width and in a colour scheme; narrow ones are phones."""

    def __init__(self, browser, path, width=1280, height=900, dark=False):
        self.browser = browser
        self.target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.send("Page.navigate", url="file://" + os.path.abspath(path))
        browser.wait_for("Page.loadEventFired")
        self.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def send(self, method, **parameters):
        return self.browser.send(method, self.session, **parameters)

    def value(self, expression):
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(expression + ": " + answer["exceptionDetails"].get("exception", {}).get("description", "failed"))
        return answer["result"].get("value")

    def hover(self, selector):
        x, y = self.middle(selector)
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, selector):
        x, y = self.middle(selector)
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="none" if kind == "mouseMoved" else "left", clickCount=1)

    def tap(self, selector):
        x, y = self.middle(selector)
        self.send("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def middle(self, selector):
        """Of the first element that matches, moved into the window."""
        return self.value(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center'}});"
                          " const box = e.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()")

    def key(self, name, shift=False):
        codes = {"Tab": 9, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Enter": 13, "Home": 36, "End": 35}
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=codes[name],
                      modifiers=8 if shift else 0)

    def write(self, text):
        """Into what has the focus."""
        self.send("Input.insertText", text=text)

    def wheel(self, selector, pixels, control=False):
        x, y = self.middle(selector)
        self.send("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=pixels, modifiers=2 if control else 0)

    def drag(self, selector, pixels):
        x, y = self.middle(selector)
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.send("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, button="left", clickCount=1)
        for step in range(1, 5):
            self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x + pixels * step / 4, y=y, button="left", buttons=1)
        self.send("Input.dispatchMouseEvent", type="mouseReleased", x=x + pixels, y=y, button="left", clickCount=1)

    def pinch(self, selector, apart, then):
        """Two fingers that far from one another, and then so far."""
        x, y = self.middle(selector)
        fingers = lambda wide: [{"x": x - wide / 2, "y": y, "id": 1}, {"x": x + wide / 2, "y": y, "id": 2}]
        self.send("Input.dispatchTouchEvent", type="touchStart", touchPoints=fingers(apart))
        for step in range(1, 5):
            self.send("Input.dispatchTouchEvent", type="touchMove", touchPoints=fingers(apart + (then - apart) * step / 4))
        self.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def screenshot(self, path, whole=True):
        data = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def complaints(self):
        """What the page said on its console, and what it asked for besides itself and the pictures that it brings."""
        self.value("1")  # whatever was under way has arrived
        out = []
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                continue
            method, details = event["method"], event["params"]
            if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
                out.append(json.dumps(details)[:600])
            elif method == "Network.requestWillBeSent" and not details["request"]["url"].startswith(("file:", "data:image/")):
                out.append("asked for " + details["request"]["url"][:200])
        return out

    def close(self):
        self.browser.send("Target.closeTarget", targetId=self.target)
