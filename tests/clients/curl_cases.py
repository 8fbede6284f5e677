"""curl, as README examples use it."""
import json
import subprocess

from rig.cases import check, equal

from conversations import HELLO
from route import TOKEN


def _curl(route, path, body, *options):
    command = ["curl", "--silent", "--show-error", "--max-time", "20", "--no-buffer", route.url + path,
               "--header", "content-type: application/json", "--data", json.dumps(body), *options]
    return subprocess.run(command, capture_output=True, check=True, timeout=30).stdout.decode()


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


def without_a_token(route):
    for path, body in (("/v1/chat/completions", CHAT), ("/v1/messages", MESSAGES)):
        equal(_curl(route, path, body, "--output", "/dev/null", "--write-out", "%{http_code}"), "401", path)


def a_web_page_elsewhere(route):
    """A request of a browser that shows another site is refused, whatever token it has; so is a rebound name."""
    for header, wanted in (("origin: https://example.com", "403"), ("sec-fetch-site: cross-site", "403"), ("host: example.com", "421")):
        status = _curl(route, "/v1/messages", MESSAGES, *_x_api_key(), "--header", header,
                       "--output", "/dev/null", "--write-out", "%{http_code}")
        equal(status, wanted, header)
