"""One busy slot: waiting in the engine's queue, and going away while it works. The engine itself tells what it saw."""
import re
import socket
import threading
import time
import urllib.parse

from rig import transcript, wire
from rig.cases import check, equal, until

import scripted

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
ENDLESS = 120000  # tokens: half a minute and more


class _Watch:
    """The engine's own word about its slots and about the requests it was told to give up."""

    def __init__(self, engine):
        self.engine = engine
        self.seen = self._cancels()

    def _cancels(self):
        return len(re.findall(r"cancel task", self.engine.output()))

    def busy(self):
        return any(slot["is_processing"] for slot in wire.get(self.engine.url + "/slots").json())

    def expect_cancel(self, what, deadline_s):
        """The log is read, not the server: each of its answers would put off its own look at a waiting client."""
        until(lambda: self._cancels() > self.seen, f"the engine gives up {what}", deadline_s)
        until(lambda: not self.busy(), f"the engine's slot is free after {what}", 1.0)
        self.seen = self._cancels()


def _bodies(**more):
    return ((CHAT, scripted.chat("#long", max_tokens=ENDLESS, **more)),
            (MESSAGES, scripted.messages("#long", **{"max_tokens": ENDLESS, **more})))


def leaving_a_stream(url, engine):
    watch = _Watch(engine)
    for path, body in _bodies(stream=True):
        with wire.Stream(url + path, body) as stream:
            events = stream.events()
            for _ in range(20):
                next(events)
            check(watch.busy(), "the engine is not at work")
        watch.expect_cancel(f"the stream of {path}", 1.0)


def leaving_an_unfinished_answer(url, engine):
    """The engine looks for a gone client about once a second while it prepares a whole answer."""
    watch = _Watch(engine)
    for path, body in _bodies():
        stream = wire.Stream(url + path, body)
        until(watch.busy, "the engine is at work")
        stream.leave()
        watch.expect_cancel(f"the answer of {path}", 4.0)


def leaving_the_queue(url, engine):
    """A client that goes away while it waits for the slot: the engine never starts its request."""
    watch = _Watch(engine)
    with wire.Stream(url + CHAT, scripted.chat("#long", max_tokens=ENDLESS, stream=True)) as first:
        next(first.events())
        waiting = wire.Stream(url + MESSAGES, scripted.messages("hi", stream=True))
        until(lambda: _deferred(engine) == 1, "the second request waits in the engine's queue")
        waiting.leave()
        time.sleep(0.5)  # what must not happen has no sign to wait for
    watch.expect_cancel("the first stream", 1.0)
    until(lambda: _deferred(engine) == 0, "the queue is empty")


def _deferred(engine):
    metrics = wire.get(engine.url + "/metrics").body.decode()
    return int(float(re.search(r"^llamacpp:requests_deferred (\S+)", metrics, re.M).group(1)))


def waiting_in_a_full_queue(url, engine):
    """The second request waits; its client is kept alive by comments, then gets the whole answer."""
    for path, read in ((CHAT, transcript.chat_stream), (MESSAGES, transcript.messages_stream)):
        with wire.Stream(url + CHAT, scripted.chat("#long", max_tokens=ENDLESS, stream=True)) as first:
            next(first.events())
            body = scripted.chat("hi", stream=True) if path == CHAT else scripted.messages("hi", stream=True)
            with wire.Stream(url + path, body) as second:
                lines = second.lines()
                check(next(lines).startswith(":"), "the first line is not a keep-alive comment")
                equal(next(lines), "", "line after the comment")
                first.leave()
                said = read(second)
        equal(said.text, scripted.HELLO, f"answer after the wait on {path}")


def whole_answers_wait_too(url, engine):
    with wire.Stream(url + CHAT, scripted.chat("#long", max_tokens=ENDLESS, stream=True)) as first:
        next(first.events())
        replies = []
        asks = [threading.Thread(target=lambda path=path, body=body: replies.append(wire.post(url + path, body)))
                for path, body in ((CHAT, scripted.chat("hi")), (MESSAGES, scripted.messages("hi")))]
        for ask in asks:
            ask.start()
        until(lambda: _deferred(engine) == 2, "both wait in the engine's queue")
        equal(replies, [], "answers while the slot is taken")
        first.leave()
        for ask in asks:
            ask.join(10)
    equal([reply.status for reply in replies], [200, 200], "statuses")


def an_engine_that_dies_in_mid_answer(workshop, start_engine):
    """A cut stream never looks complete: an error event, and no ending of the format."""
    for path, body in _bodies(stream=True):
        engine = start_engine()
        url = workshop.open_gateway(engine.url).url
        with wire.Stream(url + path, body) as stream:
            events = stream.events()
            for _ in range(10):
                next(events)
            engine.process.kill()
            rest = [data for name, data in events if name != ":"]
        check('"error"' in rest[-1], f"the last event of {path} is no error: {rest[-1]}")
        joined = "".join(rest)
        check("[DONE]" not in joined and "message_stop" not in joined, f"a cut stream ended as if it were complete: {path}")


def a_half_sent_request_costs_nothing(url, engine):
    """A client that dies in the middle of its request never reaches the engine."""
    watch = _Watch(engine)
    parts = urllib.parse.urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), 10) as client:
        client.sendall(b"POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 900\r\n\r\n{\"model\":")
    equal(wire.post(url + CHAT, scripted.chat("hi")).status, 200, "the next request")
    check(not watch.busy(), "the engine is at work on half a request")
