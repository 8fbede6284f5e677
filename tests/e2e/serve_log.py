#!/usr/bin/env python3
"""The request log and the metrics of serve: a client that leaves is a 499 of its own [req-3], and no credential is in
anything that serve prints, whatever repeats it [req-29]."""
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from checks import Checks, Home, listening, require_binary

require_binary()
checks = Checks()
home = Home()
TOKEN, KEY, HEADER, CLIENT = "tok-local-5f2a", "key-upstream-77c1", "header-value-93be", "key-of-a-client-04d8"
SECRETS = (TOKEN, KEY, HEADER, CLIENT)


class Gossip(BaseHTTPRequestHandler):
    """An upstream that repeats every header it gets: in refusals, in a 200, and inside streams."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.tell(500, "application/json")

    def do_POST(self):
        how = json.loads(self.rfile.read(int(self.headers["content-length"])))["model"]
        if how == "silent":
            self.connection.recv(1)  # until the gateway leaves
            self.close_connection = True
        elif how == "stream":
            self.tell(200, "text/event-stream")
        else:
            self.tell(int(how), "application/json")

    def tell(self, status, content_type):
        said = json.dumps({"error": {"message": " ".join(f"{name}={value}" for name, value in self.headers.items())}})
        body = (f"data: {said}\n\n" if "stream" in content_type else said).encode()
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def ask(url, path, model, stream=False, method="POST", key=TOKEN):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    body = json.dumps({"model": model, "stream": stream, "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]})
    headers = {"content-type": "application/json", "authorization": f"Bearer {key}", "x-api-key": CLIENT}
    connection.request(method, f"{path}?key={CLIENT}", body if method == "POST" else None, headers)
    answer = connection.getresponse()
    return f"{answer.status} {dict(answer.getheaders())} {answer.read().decode()}"


def leave(url, path, stream):
    body = json.dumps({"model": "silent", "stream": stream, "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]})
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\n"
                       f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        time.sleep(0.1)  # whether it has reached the upstream by then makes no difference to what is logged


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def requests_in(log):
    return [json.loads(line) for line in text(log).splitlines() if '"path"' in line]


def served(upstream, api_key, form):
    """Everything that one gateway said while its upstream gossiped, and its log."""
    config, log = os.path.join(home.path, f"{form}.toml"), os.path.join(home.path, f"{form}.log")
    with open(config, "w", encoding="utf-8") as file:
        file.write(f'[server]\nlisten = ["127.0.0.1:0"]\ntoken = "{TOKEN}"\naccess_log = "{form}"\n[[model]]\nname = "*"\n'
                   f'[model.params]\napi_base = "{upstream}"\napi_key = "{api_key}"\nheaders = {{ "x-extra" = "{HEADER}" }}\n')
    with open(log, "w", encoding="utf-8") as errors:
        serve = home.start("serve", "--config", config, stdout=subprocess.PIPE, stderr=errors)
    url = listening(serve)
    said = []
    for path in ("/v1/chat/completions", "/v1/messages"):
        for model in ("200", "400", "401", "404", "429", "500", "stream"):
            said += [ask(url, path, model, stream) for stream in (False, True)]
        said.append(ask(url, path, "500", key="wrong-one"))
    said += [ask(url, "/v1/embeddings", model) for model in ("400", "401", "500")]
    said += [ask(url, "/v1/messages/count_tokens", "200"), ask(url, "/v1/models", "", method="GET"),
             ask(url, "/metrics", "", method="GET"), ask(url, "/nowhere", "", method="GET")]
    for path in ("/v1/chat/completions", "/v1/messages", "/v1/embeddings"):
        leave(url, path, True)
        leave(url, path, False)
    limit = time.monotonic() + 30
    while sum("client_left" in line or "cancelled" in line for line in text(log).splitlines()) < 6 and time.monotonic() < limit:
        time.sleep(0.02)
    said.append(ask(url, "/metrics", "", method="GET"))
    serve.send_signal(signal.SIGTERM)
    out, _ = serve.communicate(timeout=60)
    return [*said, out, text(log)], log


upstream = ThreadingHTTPServer(("127.0.0.1", 0), Gossip)
threading.Thread(target=upstream.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{upstream.server_address[1]}"
for api_key in (KEY, "client"):
    for form in ("json", "text"):
        said, log = served(address, api_key, form)
        for secret in SECRETS:
            found = [each for each in said if secret in each]
            checks.that(f"{secret} is nowhere ({form} log, key {api_key})", not found, "".join(found)[:600])
        if form == "json":
            left = [row for row in requests_in(log) if row.get("error") == "cancelled"]
            checks.equal("clients that left are logged as 499", [row["status"] for row in left], [499] * 6)
        checks.that("they are counted apart", "llmgw_client_disconnects_total 6" in said[-3], said[-3][-1500:])
upstream.shutdown()
checks.end()
