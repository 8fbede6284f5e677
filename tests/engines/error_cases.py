"""What goes wrong at the engine or before it: the client gets its own format's error, with a status that is true."""
from rig import wire
from rig.cases import check, equal

import scripted

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
TOO_LONG = "word " * 6000  # the engine was started with 4096 tokens, two slots


def _chat_error(reply, status):
    equal(reply.status, status, f"status with {reply.body!r}")
    error = reply.json()["error"]
    check(error["message"], "an error without message")
    return error


def _messages_error(reply, status, kind):
    equal(reply.status, status, f"status with {reply.body!r}")
    body = reply.json()
    equal((body["type"], body["error"]["type"]), ("error", kind), "envelope")
    check(body["error"]["message"], "an error without message")
    return body["error"]


def context_too_long_for_chat(url):
    for stream in (False, True):
        error = _chat_error(wire.post(url + CHAT, scripted.chat(TOO_LONG, stream=stream)), 400)
        check("context" in error["message"], f"no word of the context: {error}")


def context_too_long_for_messages(url):
    for stream in (False, True):
        reply = wire.post(url + MESSAGES, scripted.messages(TOO_LONG, stream=stream))
        error = _messages_error(reply, 400, "invalid_request_error")
        check("prompt is too long" in error["message"].lower(), f"clients look for 'prompt is too long': {error}")


def bad_json(url):
    equal(_chat_error(wire.post(url + CHAT, b'{"model": "tiny", '), 400)["type"], "invalid_request_error", "type")
    _messages_error(wire.post(url + MESSAGES, b'{"model": "tiny", '), 400, "invalid_request_error")


def empty_body(url):
    _chat_error(wire.post(url + CHAT, b""), 400)
    _messages_error(wire.post(url + MESSAGES, b""), 400, "invalid_request_error")


def no_messages(url):
    _chat_error(wire.post(url + CHAT, {"model": "tiny"}), 400)
    _messages_error(wire.post(url + MESSAGES, {"model": "tiny", "max_tokens": 5}), 400, "invalid_request_error")


def refused_parameter(url):
    """The engine's own 400 stays one."""
    _chat_error(wire.post(url + CHAT, scripted.chat("hi", max_tokens=-5)), 400)


def unknown_path(url):
    check(wire.get(url + "/v1/no-such-thing").status == 404, "no 404")


def engine_not_there(workshop):
    """Nothing listens on the port of an engine that has ended; the gateway starts all the same."""
    engine = workshop.gone_engine_url()
    url = workshop.open_gateway(engine).url
    _chat_error(wire.post(url + CHAT, scripted.chat("hi")), 502)
    _messages_error(wire.post(url + MESSAGES, scripted.messages("hi")), 502, "api_error")
