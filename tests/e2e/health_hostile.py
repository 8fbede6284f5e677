#!/usr/bin/env python3
"""llmgw health against servers that lie, hang, flood and curse: a verdict in bounded time and memory."""
import json
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from hostile import CHUNKED, HASTY, PAGE, always, checks, end, examine, forever, good_but, run, silence, whole



def answers_that_never_come():
    run("accepts and says nothing", always(silence), 10, ("http", "no_answer"), more=HASTY)
    run("closes at once", always(lambda connection: False), 10, ("http", "no_answer"), more=HASTY)
    run("drips one byte a second", always(forever(b"", b"H", 1)), 10, ("http", "no_answer"), more=HASTY)
    run("drips a body", always(forever(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n", b"x", 1)), 10,
        ("http", "no_answer"), more=HASTY)
    run("100 Continue without end", always(forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n")), 10, ("http", "no_answer"), more=HASTY)
    run("a head without end", always(forever(b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"y" * 1000 + b"\r\n")), 10,
        ("http", "no_answer"), more=HASTY)
    run("an endless body", always(forever(CHUNKED, b"1000\r\n" + b"z" * 4096 + b"\r\n")), 10, ("http", "no_answer"), more=HASTY)


def answers_that_lie():
    head = "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\nshort"
    run("a length longer than the body", always(head.format(100000).encode()), 10, ("http", "no_answer"))
    run("a length of 10^30", always(head.format(10**30).encode()), 10, ("http", "no_answer"))
    run("a negative length", always(head.format(-1).encode()), 10, ("http", "no_answer"))
    run("two lengths", always(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nshort!"), 10,
        ("http", "no_answer"))
    run("a body longer than its length", always(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/9 nonsense"), 10)
    run("binary garbage", always(bytes(range(256)) * 64), 10, ("http", "no_answer"))
    run("another protocol", always(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), 10, ("http", "no_answer"))
    run("redirects to itself", always(whole("", "302 Found", more="location: /health\r\n")), 10, ("live", "not_live"))
    run("says it is gzip and is not", always(whole("plain", more="content-encoding: gzip\r\n")), 10,
        ("http", "no_answer"))


def what_is_not_known():
    run("an unknown kind", always(whole("no", "404 Not Found")), 12, ("identity", "kind_unknown"), kind="")
    run("a page of HTML for everything", always(whole("<html>it works</html>", kind="text/html")), 12,
        ("identity", "kind_unknown"), kind="")
    run("JSON of another world", always(whole('{"a":[{"b":null}]}')), 12, ("identity", "kind_unknown"), kind="")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    examine("nobody listens", f"vllm+http://127.0.0.1:{port}", 10, ("tcp", "connect_failed"))
    examine("no such name", "vllm+http://does-not-exist.invalid", 10, ("dns", "dns_failed"))
    examine("no such socket", "vllm+unix:/nonexistent/llm.sock", 10, ("tcp", "connect_failed"))


def lists_of_models():
    def models(name, body, code, wanted):
        run(name, good_but(_v1_models=whole(body)), code, wanted)

    models("models that are no UTF-8", b'{"data":[{"id":"\xff\xfe\xc3(","max_model_len":1}]}', 10,
           ("models", "models_failed"))
    models("a version's worth of nesting", b"[" * 200000, 10, ("models", "models_failed"))
    models("NaN as JSON", b'{"data":[{"id":"m","max_model_len":NaN}]}', 10, ("models", "models_failed"))
    models("numbers beyond all", b'{"data":[{"id":"m","max_model_len":1e999}]}', 0, None)
    models("control characters in a name", '{"data":[{"id":"\\u001b[2J\\u202e\\u0000|\\n"}]}', 0, None)
    models("a list of 3,000 models",
           json.dumps({"data": [{"id": f"model-{number}"} for number in range(3000)]}), 0, ("models", "ok"))
    run("a list that never ends",
        good_but(_v1_models=forever(CHUNKED, b"1000\r\n" + b"[" * 4096 + b"\r\n")), 12, ("auth", "models_failed"), more=HASTY)


def metrics_pages():
    def page(name, body, code, wanted):
        return run(name, good_but(_metrics=whole(body, kind="text/plain")), code, wanted)

    filler = "f" * 1000
    large = PAGE + "".join(f'vllm:x_total{{n="{number}",l="{filler}"}} {number}\n' for number in range(15000))
    checks.that("the large page is near the limit", 10 << 20 < len(large) < 16 << 20, str(len(large)))
    page("a page of nearly 16 MiB", large, 0, ("metrics", "ok"))
    page("a page of over 16 MiB", PAGE + "# " + "x" * (17 << 20) + "\n", 12, ("metrics", "metrics_missing"))
    run("a page without end",
        good_but(_metrics=forever(CHUNKED, b"b\r\nvllm:y_x 1\n\r\n")), 12, ("metrics", "metrics_missing"), more=HASTY)
    page("nothing but NaN", PAGE.replace("0.25", "NaN").replace("running 1", "running +Inf"), 12,
         ("kv", "metric_absent"))
    page("infinitely full", PAGE.replace("0.25", "+Inf"), 10, ("kv", "kv_high"))
    page("binary on the page", PAGE.encode() + bytes(range(256)) * 100 + b"\n", 10, ("metrics", "metrics_damaged"))
    page("an empty page", "", 12, ("metrics", "metrics_missing"))
    page("a line of 8 MiB", PAGE + "vllm:z{l=\"" + "q" * (8 << 20) + "\"} 1\n", 0, ("metrics", "ok"))


answers_that_never_come()
answers_that_lie()
what_is_not_known()
lists_of_models()
metrics_pages()
end()
