"""JupyterLab in a real browser, for the tests, for the benchmarks, and for looking at one's work.

    python tests/browser.py notebooks/01_perceptron.ipynb --out screenshots [--theme dark]

opens a copy of the notebook in JupyterLab in a headless Chromium, runs all cells, and saves a
picture of the whole page and of every cell, with what the browser's console complained about.

The browser is any Chromium or Chrome on the machine (`find_chromium`); JupyterLab runs on a free
port of this machine only, with settings of its own in a temporary folder, so that neither reads
nor changes those of the person who runs this.
"""

import argparse
import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
CHROMIUM_ARGS = (
    "--no-sandbox",  # Chromium refuses to start as root with it, as in a container
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
HOW_TO_GET = (
    "no Chromium found: install one (Debian: sudo apt-get install chromium; macOS and Windows: "
    "Google Chrome will do), or set NNLIB_CHROMIUM to its path"
)

SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
        "doNotDisturbMode": True,
    },
    # Every cell is in the page, drawn, whether it is in sight or not.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

# What JupyterLab itself writes to the console as an error, and why that is none of our business.
# Whole messages only: anything longer or different counts as an error.
BENIGN = ()

# JupyterLab asks a new kernel for its widgets; where the first cell has not imported ipywidgets by
# then, the kernel says these two lines to that, and all is well. Where it asks twice, the lines of
# two such pairs come mixed, and the second line comes again for each message to the same comm.
TOO_EARLY = "No such comm target registered: jupyter.widget.control"
NO_SUCH = re.compile(r"No such comm: [0-9a-f-]{36}")

# Runs in the page. `pixels` is all that can be seen of an element and the canvases and pictures in
# it, as one short string; the functions below watch it from within the page, because asking from
# outside would take longer than what is to be measured.
PAGE_SCRIPT = r"""
window.nnlibWatch = (() => {
  const LINES = 16;

  function hash(words) {
    let h = 2166136261;
    for (let i = 0; i < words.length; i++) h = Math.imul(h ^ words[i], 16777619);
    return h >>> 0;
  }

  // All of a canvas, or so many of its rows: reading all takes as long as some of what is to be
  // measured. It is read in place, because a copy would make the next drawing on it slower.
  function canvasHash(canvas, lines) {
    const { width, height } = canvas;
    if (!width || !height) return 0;
    const context = canvas.getContext("2d");
    if (!context) return canvas.toDataURL();
    const read = (y, rows) =>
      hash(new Uint32Array(context.getImageData(0, y, width, rows).data.buffer));
    if (!lines) return read(0, height);
    let all = [];
    for (let i = 0; i < lines; i++) all.push(read(Math.floor((i + 0.5) * height / lines), 1));
    return hash(all);
  }

  // An element's canvases and pictures; null while there is nothing to see.
  function pixels(element, lines = 0) {
    if (!element) return null;
    const parts = [];
    const kinds = "canvas, img";
    const all = element.matches(kinds) ? [element] : element.querySelectorAll(kinds);
    for (const each of all) {
      if (each.tagName === "CANVAS") parts.push(canvasHash(each, lines));
      else if (each.complete && each.naturalWidth) parts.push(each.src);
    }
    return parts.length ? parts.join() : null;
  }

  const find = (selector) => document.querySelector(selector);
  let pending = null;

  // Call back once the next frame is drawn: not at its start, where requestAnimationFrame calls
  // and where others are still about to draw, but right after it.
  const channel = new MessageChannel();
  let waiting = [];
  channel.port1.onmessage = () => {
    const now = waiting;
    waiting = [];
    for (const each of now) each();
  };
  function afterFrame(callback) {
    requestAnimationFrame(() => { waiting.push(callback); channel.port2.postMessage(0); });
  }

  // From the next key press on, wait for the first frame that shows other pixels.
  function arm(selector, timeout) {
    const before = pixels(find(selector), LINES);
    pending = new Promise((resolve) => {
      document.addEventListener("keydown", (event) => {
        const start = event.timeStamp;
        const look = () => {
          const now = performance.now();
          const after = pixels(find(selector), LINES);
          if (after !== null && after !== before) resolve(now - start);
          else if (now - start > timeout) resolve(null);
          else afterFrame(look);
        };
        afterFrame(look);
      }, { capture: true, once: true });
    });
  }

  // The number of different pictures shown in `duration` milliseconds, or until there are `enough`.
  function count(selector, duration, enough = Infinity) {
    return new Promise((resolve) => {
      const start = performance.now();
      let last = pixels(find(selector), LINES), frames = 0;
      const look = () => {
        const now = pixels(find(selector), LINES);
        if (now !== null && now !== last) { frames += 1; last = now; }
        const elapsed = performance.now() - start;
        if (elapsed < duration && frames < enough) afterFrame(look);
        else resolve({ frames, seconds: elapsed / 1000 });
      };
      afterFrame(look);
    });
  }

  // Where a control is, or what keeps a mouse from it; null for one that is hidden or disabled.
  // It and the element to be watched are remembered as they look now, for `answer`.
  let held = null;
  const middle = (control) => {
    const { x, y, width, height } = control.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  };
  const place = (control) => control.closest(".noUi-origin")?.style.transform;
  const atEnd = (control) =>
    control.closest(".noUi-target").getBoundingClientRect().right - middle(control)[0] < 3;
  function hold(control, selector) {
    if (control.disabled || !control.checkVisibility({ visibilityProperty: true })) return null;
    const [, height] = middle(control);
    if (height < 120 || height > innerHeight - 60) control.scrollIntoView({ block: "center" });
    const [x, y] = middle(control);
    const there = document.elementFromPoint(x, y);
    if (!control.contains(there)) return `${there?.className || there?.tagName} lies over it`;
    held = { control, selector, place: place(control), pixels: pixels(find(selector)) };
    return [x, y];
  }

  // Wait until the control has moved and the picture changed, or the time is over; where it is now.
  // A slider that does not move may be worth some more patience: the machine may be busy.
  async function answer(timeout, patience) {
    const { control, selector, ...before } = held;
    const end = performance.now() + timeout;
    let moved, changed, late;
    do {
      await new Promise(afterFrame);
      moved = before.place === undefined || place(control) !== before.place;
      const now = pixels(find(selector));
      changed = now !== null && now !== before.pixels;
      late = performance.now() > end + (moved ? 0 : patience);
    } while (!(moved && changed) && !late);
    return { moved, changed, at: control.checkVisibility() ? middle(control) : null };
  }

  return {
    answer, arm, atEnd, count, hold, latency: () => pending,
    pixels: (selector) => pixels(find(selector)),
  };
})();
"""

# Runs in the page: all cells of the notebook in front, from top to bottom, in a fresh kernel.
RUN_ALL = r"""
async (timeout) => {
  const app = window.jupyterapp;
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  const late = new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`not run within ${timeout} ms`)), timeout));
  await Promise.race([app.commands.execute("notebook:run-all-cells"), late]);
}
"""

# Runs in the page: from now on, keep what goes wrong in the kernel outside of cells. What a
# slider's callback raises is shown nowhere in the notebook: JupyterLab puts it into its log.
LISTEN = r"""
() => {
  window.nnlibComplaints = [];
  // Of whichever kernel it has or will have.
  window.jupyterapp.shell.currentWidget.sessionContext.iopubMessage.connect((_, message) => {
    const { header, content, parent_header } = message;
    if (parent_header.msg_type === "execute_request" && header.msg_type === "error") return;
    if (header.msg_type === "error")
      window.nnlibComplaints.push(`${content.ename}: ${content.evalue}`);
    if (header.msg_type === "stream" && content.name === "stderr")
      window.nnlibComplaints.push(content.text);
  });
}
"""

# Runs in the page: code in the kernel of the notebook in front.
EXECUTE = r"""
async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, store_history: false });
  let printed = "";
  future.onIOPub = (message) => {
    if (message.header.msg_type === "stream") printed += message.content.text;
  };
  const reply = await future.done;
  if (reply.content.status !== "ok")
    throw new Error(`${reply.content.ename}: ${reply.content.evalue}`);
  return printed;
}
"""

# Runs in the page: what the notebook in front holds.
CELLS = r"""
() => window.jupyterapp.shell.currentWidget.content.widgets.map((cell) => {
  const model = cell.model.toJSON();
  return {
    type: model.cell_type,
    tags: (model.metadata || {}).tags || [],
    source: Array.isArray(model.source) ? model.source.join("") : model.source,
    count: model.execution_count ?? null,
    outputs: model.outputs || [],
  };
})
"""


def find_chromium():
    """The path of a Chromium on this machine, or None."""
    given = os.environ.get("NNLIB_CHROMIUM")
    if given:
        if not Path(given).exists():
            raise FileNotFoundError(f"NNLIB_CHROMIUM is {given!r}; there is no such file")
        return given
    for name in CHROMIUM_NAMES:
        path = shutil.which(name)
        if path:
            return path
    return next((place for place in CHROMIUM_PLACES if Path(place).exists()), None)


class Lab:
    """JupyterLab with a browser in front of it; a context manager.

    Parameters
    ----------
    theme : {"light", "dark"}
    width, height : int
        The browser's window, in CSS pixels.
    ratio : float
        Device pixels for each CSS pixel; 2 is a high-DPI screen.

    Attributes
    ----------
    page : playwright.sync_api.Page
    errors : list of str
        What the console called an error, and exceptions nobody caught; see `BENIGN`. And whatever
        the page asked of another host: there may be no network.
    """

    def __init__(self, *, theme="light", width=1280, height=900, ratio=1):
        self.theme, self.size, self.ratio = theme, (width, height), ratio
        self.errors = []
        self._stack = contextlib.ExitStack()

    # ---------------------------------------------------------------- starting and stopping

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self._stack = stack
            self.folder = Path(stack.enter_context(_temporary_folder()))
            self._start_server()
            self._start_browser()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exception):
        self._stack.close()

    def _start_server(self):
        work, private = self.folder / "work", self.folder / "private"
        work.mkdir()
        settings = private / "settings"
        themes = {"@jupyterlab/apputils-extension/themes": {"theme": THEMES[self.theme]}}
        for plugin, values in {**SETTINGS, **themes}.items():
            file = settings / f"{plugin}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        env = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "MPLBACKEND"))}
        env |= {
            "JUPYTER_CONFIG_DIR": str(private / "config"),
            "JUPYTER_DATA_DIR": str(private / "data"),
            "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
            "IPYTHONDIR": str(private / "ipython"),
            # Else the kernel warns, after a restart, of what JupyterLab's debugger cannot do.
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        self._token = secrets.token_hex(16)
        self._port = _free_port()
        log = self._stack.enter_context((self.folder / "server.log").open("w"))
        self._server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                "--ServerApp.ip=127.0.0.1",
                f"--ServerApp.port={self._port}",
                "--ServerApp.port_retries=0",
                f"--ServerApp.root_dir={work}",
                "--ServerApp.allow_root=True",
                f"--IdentityProvider.token={self._token}",
                "--LabApp.expose_app_in_browser=True",
                "--LabApp.extension_manager=readonly",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=work,
        )
        self._stack.callback(self._stop_server)
        deadline = time.monotonic() + 60
        while True:
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("JupyterLab did not start:\n" + self.server_log())
            try:
                with urllib.request.urlopen(self._url("api/status"), timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)

    def _stop_server(self):
        # Asked politely, so that it shuts its kernels down too.
        self._server.terminate()
        try:
            self._server.wait(15)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def _start_browser(self):
        from playwright.sync_api import sync_playwright

        path = find_chromium()
        if path is None:
            raise RuntimeError(HOW_TO_GET)
        playwright = self._stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGS))
        self._stack.callback(browser.close)
        self._browser = browser
        self.new_window(self.ratio)

    def new_window(self, ratio=1):
        """Go on in another window, of a screen with so many device pixels per CSS pixel."""
        for context in self._browser.contexts:
            context.close()
        context = self._browser.new_context(
            viewport={"width": self.size[0], "height": self.size[1]}, device_scale_factor=ratio
        )
        context.add_init_script(PAGE_SCRIPT)
        self.new_page()

    def new_page(self):
        """Go on in another page of the same window; the earlier one stays open."""
        self.page = self._browser.contexts[-1].new_page()
        self._shown = None  # the path of the notebook in it
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        self.page.on("request", self._on_request)

    def _on_console(self, message):
        if message.type == "error" and message.text not in BENIGN:
            self.errors.append(message.text)

    def _on_request(self, request):
        ours = (f"http://127.0.0.1:{self._port}/", "data:", "blob:")
        if not request.url.startswith(ours):
            self.errors.append(f"asked for {request.url}")

    def _url(self, path):
        separator = "&" if "?" in path else "?"
        return f"http://127.0.0.1:{self._port}/{path}{separator}token={self._token}"

    def server_log(self):
        """What JupyterLab and its kernels wrote."""
        return (self.folder / "server.log").read_text(errors="replace")

    # ---------------------------------------------------------------- notebooks

    def open(self, notebook):
        """Open a copy of a notebook, given as a path or as a notebook object, alone in the page.

        The kernel of the notebook that was there before is shut down: it may still be training.
        Its kernel starts in the empty folder that holds the copy.
        """
        import nbformat

        folder = Path(tempfile.mkdtemp(dir=self.folder / "work"))
        if isinstance(notebook, str | Path):
            copy = folder / Path(notebook).name
            shutil.copy(notebook, copy)
        else:
            copy = folder / "notebook.ipynb"
            # Without a kernel's name JupyterLab would ask for one and wait.
            notebook.metadata.setdefault("kernelspec", {"name": "python3", "display_name": ""})
            nbformat.write(notebook, copy)
        path = copy.relative_to(self.folder / "work").as_posix()
        self.page.goto(self._url(f"doc/tree/{path}?reset"))
        self._end_session(self._shown)
        self._shown = path
        # Before there is a kernel, so that nothing it says is missed.
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext", timeout=60_000
        )
        self.page.evaluate(LISTEN)
        self.page.wait_for_selector(".jp-Notebook", timeout=60_000)
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp?.shell?.currentWidget;
                return panel?.context?.isReady && panel?.sessionContext?.isReady
                    && panel.sessionContext.session?.kernel?.status === "idle";
            }""",
            timeout=60_000,
        )

    def _end_session(self, path):
        with urllib.request.urlopen(self._url("api/sessions"), timeout=20) as answer:
            sessions = json.load(answer)
        for session in sessions:
            if session["path"] == path:
                end = self._url(f"api/sessions/{session['id']}")
                urllib.request.urlopen(urllib.request.Request(end, method="DELETE"), timeout=20)

    def run_all(self, timeout=120):
        """Run all cells; return when the last has finished."""
        self.page.evaluate(RUN_ALL, timeout * 1000)
        self.wait_idle(timeout)

    def wait_idle(self, timeout=60):
        """Wait until the kernel has nothing more to do."""
        self.page.wait_for_function(
            """() => window.jupyterapp.shell.currentWidget
                .sessionContext.session.kernel.status === "idle" """,
            timeout=timeout * 1000,
        )

    def cells(self):
        """Every cell as a dict: type, tags, source, count (of execution) and outputs."""
        return self.page.evaluate(CELLS)

    def error_outputs(self):
        """Errors that cells ended in, other than those of cells tagged `raises-exception`."""
        return [
            f"{output['ename']}: {output['evalue']}"
            for cell in self.cells()
            for output in cell["outputs"]
            if output["output_type"] == "error" and "raises-exception" not in cell["tags"]
        ]

    def kernel_errors(self):
        """What callbacks and tasks raised, and what was written to stderr, since `open`."""
        text = "\n".join(self.page.evaluate("() => window.nnlibComplaints"))
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        unknown = list(dict.fromkeys(line for line in lines if NO_SUCH.fullmatch(line)))
        early = {TOO_EARLY, *unknown[: lines.count(TOO_EARLY)]}
        return [line for line in lines if line not in early]

    def execute(self, code):
        """Run code in the notebook's kernel, beside its cells; return what it printed."""
        return self.page.evaluate(EXECUTE, code)

    def output(self, index):
        """The output area of the cell with this index, as a locator."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index).locator(".jp-Cell-outputArea")

    def output_selector(self, index):
        """A CSS selector of that output area, for `pixels`, `latency` and `frame_rate`."""
        self.output(index).evaluate("(node, i) => node.setAttribute('data-nnlib-output', i)", index)
        return f'[data-nnlib-output="{index}"]'

    @contextlib.contextmanager
    def only(self, index):
        """Show no cell but this one: drawing all of a long notebook makes each move take longer."""
        hide = """(k) => document.querySelectorAll(".jp-Notebook .jp-Cell")
            .forEach((cell, i) => { cell.style.display = k === null || i === k ? "" : "none"; })"""
        self.page.evaluate(hide, index)
        try:
            yield
        finally:
            self.page.evaluate(hide, None)

    def set_theme(self, theme):
        """Switch JupyterLab to "light" or "dark", as its Settings menu does."""
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})",
            THEMES[theme],
        )
        light = "true" if theme == "light" else "false"
        self.page.wait_for_selector(f'body[data-jp-theme-light="{light}"]', state="attached")
        self.theme = theme

    # ---------------------------------------------------------------- controls

    def slider(self, label, within=None):
        """The handle of the ipywidgets slider with this label; `focus` and `press` work on it."""
        row = (
            (within or self.page)
            .locator(".widget-slider, .widget-hslider")
            .filter(
                has=self.page.locator(".widget-label", has_text=re.compile(f"^{re.escape(label)}$"))
            )
        )
        return row.first.locator(".noUi-handle").first

    def sliders(self, within=None):
        """All slider handles in an element, in their order on the page."""
        return (within or self.page).locator(".widget-slider .noUi-handle").all()

    def hold(self, control, selector):
        """Where a control, an element handle, is on the page: (x, y); None if it is hidden or
        disabled. `answer` then says what became of it and of the picture in `selector`."""
        at = control.evaluate("(c, s) => window.nnlibWatch.hold(c, s)", selector)
        if isinstance(at, str):
            raise AssertionError(f"a control cannot be reached: {at}")
        return at

    def at_end(self, handle):
        """Whether a slider, an element handle, is at its right end."""
        return handle.evaluate("c => window.nnlibWatch.atEnd(c)")

    def answer(self, timeout=0.5, patience=1.0):
        """Whether the control last held, if it is a slider, has "moved", and the picture has
        "changed", as soon as both are true or so many seconds later, with some patience on top if
        it has not moved; and where it is "at" by now."""
        times = [1000 * timeout, 1000 * patience]
        return self.page.evaluate("t => window.nnlibWatch.answer(...t)", times)

    def drag(self, start, end, steps=12):
        """Press the mouse at one point (x, y) of the page and let it go at another."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(*end, steps=steps)
        mouse.up()

    def button(self, label, within=None):
        """The button with this label or tooltip."""
        root = within or self.page
        return (
            root.locator("button.jupyter-button")
            .filter(has_text=label)
            .or_(root.locator(f"button.jupyter-button[title={json.dumps(label)}]"))
            .first
        )

    # ---------------------------------------------------------------- pictures

    def pixels(self, selector):
        """A short string that changes when the canvases and pictures of an element change."""
        return self.page.evaluate("s => window.nnlibWatch.pixels(s)", selector)

    def wait_changed(self, selector, before, timeout=10):
        """Wait until an element shows something else than `before`, an answer of `pixels`."""
        self.page.wait_for_function(
            """([s, before]) => {
                const now = window.nnlibWatch.pixels(s);
                return now !== null && now !== before;
            }""",
            arg=[selector, before],
            timeout=timeout * 1000,
        )
        return self.pixels(selector)

    def changes(self, selector, before, timeout):
        """Whether an element shows something else than `before` within so many seconds."""
        from playwright.sync_api import TimeoutError

        try:
            self.wait_changed(selector, before, timeout)
        except TimeoutError:
            return False
        return True

    def latency(self, selector, key, timeout=5):
        """Milliseconds from a key press to the end of the first frame with changed pixels."""
        self.page.evaluate("([s, t]) => window.nnlibWatch.arm(s, t)", [selector, timeout * 1000])
        self.page.keyboard.press(key)
        result = self.page.evaluate("() => window.nnlibWatch.latency()")
        if result is None:
            raise TimeoutError(f"{selector} showed nothing new within {timeout} s of {key}")
        return result

    def frame_rate(self, selector, seconds=3):
        """Different pictures shown per second, counted over this many seconds."""
        result = self.page.evaluate(
            "([s, d]) => window.nnlibWatch.count(s, d)", [selector, seconds * 1000]
        )
        return result["frames"] / result["seconds"]

    def count_frames(self, selector, seconds, enough=10**6, after=lambda: None):
        """How many different pictures are shown after an action, within so many seconds or until
        there are enough."""
        arguments = [selector, seconds * 1000, enough]
        # In two steps: the first frames may come before the action has returned.
        self.page.evaluate("a => { window.nnlibCount = window.nnlibWatch.count(...a); }", arguments)
        after()
        return self.page.evaluate("() => window.nnlibCount")["frames"]

    def screenshot(self, path, locator=None):
        """Save what an element, or the whole window, looks like.

        For an element that is higher than the window, that grows meanwhile: else one would see it
        under JupyterLab's menus.
        """
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        window = dict(self.page.viewport_size)
        high = locator.bounding_box()["height"] + 160 if locator else 0
        if high > window["height"]:
            self.page.set_viewport_size(window | {"height": int(high)})
        (locator or self.page).screenshot(path=str(path))
        if high > window["height"]:
            self.page.set_viewport_size(window)

    def show_all(self, limit=15_000):
        """Make the window as high as the notebook, so that a screenshot holds all of it."""
        height = self.page.evaluate(
            """() => {
                const cells = [...document.querySelectorAll(".jp-Notebook .jp-Cell")];
                return Math.ceil(cells.at(-1).getBoundingClientRect().bottom
                    - cells[0].getBoundingClientRect().top) + 120;
            }"""
        )
        self.page.set_viewport_size(
            {"width": self.size[0], "height": max(self.size[1], min(height, limit))}
        )
        self.page.evaluate(
            """() => {
                for (const each of document.querySelectorAll(".jp-WindowedPanel-outer"))
                    each.scrollTop = 0;
            }"""
        )
        self.page.wait_for_timeout(500)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def _temporary_folder():
    # A kernel that is still closing a file must not fail the test that is over.
    folder = tempfile.mkdtemp(prefix="nnlib-lab-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(argv=None):
    parser = argparse.ArgumentParser(description="See a notebook as JupyterLab shows it.")
    parser.add_argument("notebooks", nargs="+", metavar="NOTEBOOK")
    parser.add_argument("--out", default="screenshots", help="folder for the pictures")
    parser.add_argument("--theme", choices=THEMES, default="light")
    parser.add_argument("--width", type=int, default=1280, help="of the window, in pixels")
    parser.add_argument("--ratio", type=float, default=1, help="device pixels per pixel")
    parser.add_argument("--no-run", action="store_true", help="show it as stored, run nothing")
    options = parser.parse_args(argv)

    failed = False
    with Lab(theme=options.theme, width=options.width, ratio=options.ratio) as lab:
        for notebook in map(Path, options.notebooks):
            folder = Path(options.out) / notebook.stem
            lab.errors.clear()
            start = time.perf_counter()
            lab.open(notebook)
            if not options.no_run:
                lab.run_all()
            lab.page.wait_for_timeout(1000)
            print(f"{notebook.stem}: {time.perf_counter() - start:.1f} s", flush=True)
            lab.show_all()
            lab.screenshot(folder / "all.png", lab.page.locator(".jp-NotebookPanel"))
            for index, cell in enumerate(lab.page.locator(".jp-Notebook .jp-Cell").all()):
                lab.screenshot(folder / f"cell_{index:02d}.png", cell)
            print(f"  pictures: {folder}{os.sep}all.png, cell_NN.png (NN counts from 00)")
            for message in lab.error_outputs():
                failed = True
                print(f"  cell error: {message}")
            for message in lab.kernel_errors():
                failed = True
                print(f"  kernel: {message}")
            for message in lab.errors:
                failed = True
                print(f"  console: {message}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
