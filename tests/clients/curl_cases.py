"""curl, as README examples use it."""
import gzip
import json
import subprocess

from rig.cases import check, equal

from conversations import HELLO
from route import TOKEN


def _run(route, path, *options):
    command = ["curl", "--silent", "--show-error", "--max-time", "20", "--no-buffer", route.url + path,
               "--header", "content-type: application/json", *options]
    return subprocess.run(command, capture_output=True, check=True, timeout=30)


def _curl(route, path, body, *options):
    return _run(route, path, "--data", json.dumps(body), *options).stdout.decode()


def _bearer():
    return ["--header", f"authorization: Bearer {TOKEN}"]


def _x_api_key():
    return ["--header", f"x-api-key: {TOKEN}", "--header", "anthropic-version: 2023-06-01"]


CHAT = {"model": "hello", "messages": [{"role": "user", "content": "Hello?"}]}
MESSAGES = {**CHAT, "max_tokens": 100}


def chat(route):
    body = json.loads(_curl(route, "/v1/chat/completions", CHAT, *_bearer()))
    equal(body["choices"][0]["message"]["content"], HELLO["text"], "answer")


def messages(route):
    body = json.loads(_curl(route, "/v1/messages", MESSAGES, *_x_api_key()))
    equal(body["content"][0]["text"], HELLO["text"], "answer")


def chat_events(route):
    text = _curl(route, "/v1/chat/completions", {**CHAT, "stream": True}, "--include", *_bearer())
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    for line in ("content-type: text/event-stream", "cache-control: no-cache", "x-accel-buffering: no"):
        check(line in head.lower(), f"no {line!r} in {head}")
    events = [line for line in body.split("\n") if line]
    check(all(line.startswith(("data: ", ":")) for line in events), f"lines {events[:3]}")
    equal(events[-1], "data: [DONE]", "last line")


def messages_events(route):
    body = _curl(route, "/v1/messages", {**MESSAGES, "stream": True}, *_x_api_key())
    frames = body.replace("\r\n", "\n").strip().split("\n\n")
    for frame in frames:
        event, data = frame.split("\n")
        equal(event, f"event: {json.loads(data.removeprefix('data: '))['type']}", "name of the event")
    check(frames[0].startswith("event: message_start") and frames[-1].startswith("event: message_stop"), "ends of the stream")


def large_body_with_expect(route):
    """curl asks for leave before it sends a megabyte, and waits a second for it."""
    body = {**CHAT, "messages": [{"role": "user", "content": "word " * 300000}]}
    path = route.folder / f"large-{route.format}.json"
    path.write_text(json.dumps(body))
    done = _run(route, "/v1/chat/completions", "--verbose", "--data-binary", f"@{path}", "--header", "expect: 100-continue",
                *_bearer())
    check(b"100 Continue" in done.stderr, "no leave to send the body")
    equal(json.loads(done.stdout)["choices"][0]["message"]["content"], HELLO["text"], "answer")


def chunked_and_compressed_bodies(route):
    path = route.folder / f"body-{route.format}.gz"
    path.write_bytes(gzip.compress(json.dumps(CHAT).encode()))
    for options in (["--data", json.dumps(CHAT), "--header", "transfer-encoding: chunked"],
                    ["--data-binary", f"@{path}", "--header", "content-encoding: gzip"]):
        done = _run(route, "/v1/chat/completions", *options, *_bearer())
        equal(json.loads(done.stdout)["choices"][0]["message"]["content"], HELLO["text"], "answer")


def many_requests_on_one_connection(route):
    """The whole answers, the streams and the errors of one kept connection: none leaves anything behind for the next."""
    ask = [route.url + "/v1/messages", "--header", "content-type: application/json", *_x_api_key()]
    bodies = [MESSAGES, {**MESSAGES, "stream": True}, {**MESSAGES, "model": "limited"}, {}, MESSAGES]
    command = ["curl", "--silent", "--max-time", "20", "--verbose"]
    for body in bodies:
        command += [*ask, "--data", json.dumps(body), "--write-out", "\n%{http_code} %{num_connects}\n", "--next"]
    done = subprocess.run(command[:-1], capture_output=True, check=True, timeout=30).stdout.decode()
    codes = [line.split() for line in done.splitlines() if len(line.split()) == 2 and line.split()[0].isdigit()]
    equal([code for code, _ in codes], ["200", "200", "429", "400", "200"], "statuses")
    equal(sum(int(connects) for _, connects in codes), 1, "connections")


def head_of_the_root(route):
    """Claude Code asks for it before anything else, without a token."""
    done = subprocess.run(["curl", "--silent", "--max-time", "20", "--head", route.url + "/"], capture_output=True, check=True)
    check(done.stdout.startswith(b"HTTP/1.1 200"), f"answer {done.stdout!r}")


def without_a_token(route):
    for path, body in (("/v1/chat/completions", CHAT), ("/v1/messages", MESSAGES)):
        equal(_curl(route, path, body, "--output", "/dev/null", "--write-out", "%{http_code}"), "401", path)


def a_web_page_elsewhere(route):
    """A request of a browser that shows another site is refused, whatever token it has; so is a rebound name."""
    for header, wanted in (("origin: https://example.com", "403"), ("sec-fetch-site: cross-site", "403"), ("host: example.com", "421")):
        status = _curl(route, "/v1/messages", MESSAGES, *_x_api_key(), "--header", header,
                       "--output", "/dev/null", "--write-out", "%{http_code}")
        equal(status, wanted, header)
