#!/usr/bin/env python3
"""The chat on a pseudo terminal: typing, several lines, pasting, history, cancelling, leaving."""
import fcntl
import os
import pty
import re
import select
import signal
import stat
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from checks import BINARY, Checks, Home, require_binary
from upstream import Upstream

require_binary()
checks = Checks()
home = Home()
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\x07")
PROMPT = "> "


class Terminal:
    """The program on a terminal of 80 columns; `expect` waits for a text behind what was seen before."""

    def __init__(self, *args, **env):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen([BINARY, *args], stdin=slave, stdout=slave, stderr=slave, env=home.env(**env),
                                        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.raw = b""
        self.seen = 0

    def text(self):
        return ESCAPES.sub("", self.raw.decode("utf-8", "replace")).replace("\r", "")

    def expect(self, wanted, limit=20):
        end = time.monotonic() + limit
        while True:
            found = self.text().find(wanted, self.seen)
            if found >= 0:
                self.seen = found + len(wanted)
                return True
            if time.monotonic() > end or not self.read(end - time.monotonic()):
                checks.that(f"the screen shows {wanted!r}", False, repr(self.text()[self.seen:]))
                return False

    def read(self, limit):
        if not select.select([self.master], [], [], max(limit, 0))[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.raw += data
        return bool(data)

    def send(self, text):
        os.write(self.master, text.encode())

    def end(self):
        code = self.process.wait(20)
        while select.select([self.master], [], [], 0)[0] and self.read(0):
            pass
        after = termios.tcgetattr(self.slave)
        checks.that("the terminal is as it was", after[:4] == self.before[:4], f"{after} {self.before}")
        os.close(self.slave)
        os.close(self.master)
        return code


def conversation(upstream):
    chat = Terminal("chat", "--base-url", upstream.url, "-m", "ok")
    chat.expect("Ctrl-D ends")
    chat.expect(PROMPT)
    chat.send("first\r")
    chat.expect("Hello there, caf\u00e9!")
    chat.expect("ok  5>4 tok  ttft ")
    chat.expect(PROMPT)
    chat.send("one\x1b\rtwo\nthree\r")  # Alt-Enter, Ctrl-J
    chat.expect("ttft")
    chat.expect(PROMPT)
    chat.send("\x1b[200~pasted\r\nsecond \u65e5\u672c\rthird\x1b[201~\r")
    chat.expect("ttft")
    chat.expect(PROMPT)
    chat.send("/modle\r")
    chat.expect("did you mean /model?")
    chat.expect(PROMPT)
    chat.send("/he\t\r")
    chat.expect("/system [TEXT|@FILE|-]")
    chat.expect(PROMPT)
    chat.send("\x1b[A\x1b[A\x1b[A\r")  # Up: /help, /modle, the pasted text
    chat.expect("ttft")
    chat.expect(PROMPT)
    chat.send("\x04")
    checks.equal("Ctrl-D ends the chat", chat.end(), 0)
    said = [entry["body"]["messages"][-1]["content"] for entry in upstream.server.heard if "body" in entry]
    pasted = "pasted\nsecond \u65e5\u672c\nthird"
    checks.equal("what was sent", said, ["first", "one\ntwo\nthree", pasted, pasted])
    turns = upstream.server.heard[-1]["body"]["messages"]
    checks.equal("the conversation goes along", [turn["role"] for turn in turns][:4],
                 ["user", "assistant", "user", "assistant"])


def history():
    path = os.path.join(home.path, ".local/state/llmgw/history")
    checks.equal("the history belongs to its owner alone", stat.S_IMODE(os.stat(path).st_mode), 0o600)


def cancelling(upstream):
    upstream.server.left.clear()
    upstream.server.begun.clear()
    chat = Terminal("chat", "--base-url", upstream.url, "-m", "slow")
    chat.expect(PROMPT)
    chat.send("a draft\x03")
    chat.expect("^C")
    chat.expect(PROMPT)
    chat.send("go\r")
    chat.expect("Hello")
    before = chat.raw[:chat.raw.find(b"Hello")]
    checks.that("the answer is not in the prompt's colour", before.rfind(b"\x1b[0m") > before.rfind(b"\x1b[1;36m"), repr(before))
    checks.that("the answer has begun", upstream.server.begun.wait(20))
    chat.send("\x03")
    chat.expect("(cancelled)")
    checks.that("the server notices", upstream.server.left.wait(20))
    chat.expect(PROMPT)
    chat.send("/quit\r")
    checks.equal("/quit ends the chat", chat.end(), 0)


def ending_by_signal(upstream):
    for number in (signal.SIGTERM, signal.SIGHUP):
        chat = Terminal("chat", "--base-url", upstream.url, "-m", "ok")
        chat.expect(PROMPT)
        chat.process.send_signal(number)
        checks.equal(f"{number.name} while a draft is edited", chat.end(), -number)
        checks.that(f"{number.name}: pasted text is no longer marked",
                    chat.raw.rfind(b"\x1b[?2004l") > chat.raw.rfind(b"\x1b[?2004h") > -1, repr(chat.raw))


def without_colour(upstream):
    chat = Terminal("chat", "--base-url", upstream.url, "-m", "ok", NO_COLOR="1")
    chat.expect(PROMPT)
    chat.send("hi\r")
    chat.expect("ttft")
    chat.expect(PROMPT)
    chat.send("\x04")
    checks.equal("a chat without colour", chat.end(), 0)
    checks.that("no colour with NO_COLOR", not re.search(rb"\x1b\[[0-9;]*[1-9][0-9;]*m", chat.raw), repr(chat.raw))


def dumb_terminal(upstream):
    chat = Terminal("chat", "--base-url", upstream.url, "-m", "ok", TERM="dumb")
    chat.expect(PROMPT)
    chat.send("hi\r")
    chat.expect("ttft")
    chat.expect(PROMPT)
    chat.send("\x04")
    checks.equal("a chat on a dumb terminal", chat.end(), 0)
    checks.that("no escape sequence reaches a dumb terminal", b"\x1b" not in chat.raw, repr(chat.raw))


def safe_output(upstream):
    chat = Terminal("chat", "--base-url", upstream.url, "-m", "terminal", NO_COLOR="1")
    chat.expect(PROMPT)
    chat.send("hi\r")
    chat.expect("red2J")
    chat.expect(PROMPT)
    chat.send("\x04")
    chat.end()
    checks.that("an answer cannot steer the terminal", b"\x1b[31m" not in chat.raw and b"\xc2\x9b" not in chat.raw)


def no_model(upstream):
    chat = Terminal("chat", "--base-url", upstream.url)
    chat.expect("several models")
    checks.equal("several models and none named", chat.end(), 2)


with Upstream(["ok", "slow"]) as upstream:
    conversation(upstream)
    history()
    cancelling(upstream)
    ending_by_signal(upstream)
    without_colour(upstream)
    dumb_terminal(upstream)
    safe_output(upstream)
    no_model(upstream)
checks.end()
