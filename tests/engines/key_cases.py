"""Keys: the engine wants one, the gateway has it, or has a wrong one, or hands the client's through."""
from rig import wire
from rig.cases import check, equal

import scripted

KEY, WRONG = "sk-engine-7f3a9c1e", "sk-wrong-55d0b2a4"
CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"


def the_gateways_own_key(workshop, engine):
    url = workshop.open_gateway(engine.url, "--upstream-key-env", "ENGINE_KEY", ENGINE_KEY=KEY).url
    equal(wire.post(url + CHAT, scripted.chat("hi")).status, 200, "chat")
    equal(wire.post(url + MESSAGES, scripted.messages("hi"), {"x-api-key": "whatever"}).status, 200, "messages")
    equal(wire.get(url + "/v1/models").status, 200, "models")


def a_wrong_key_is_the_gateways_fault(workshop, engine):
    gateway = workshop.open_gateway(engine.url, "--upstream-key-env", "ENGINE_KEY", ENGINE_KEY=WRONG)
    for path, body in ((CHAT, scripted.chat("hi")), (MESSAGES, scripted.messages("hi"))):
        for stream in (False, True):
            reply = wire.post(gateway.url + path, {**body, "stream": stream})
            equal(reply.status, 502, f"status of {path}")
            equal(reply.headers.get("x-should-retry"), "false", f"x-should-retry of {path}")
            check(WRONG.encode() not in reply.body and b"Bearer" not in reply.body, f"the key in {reply.body!r}")
    error = wire.post(gateway.url + CHAT, scripted.chat("hi")).json()["error"]
    equal((error["type"], error["code"]), ("api_error", "upstream_auth_error"), "error for Chat")
    error = wire.post(gateway.url + MESSAGES, scripted.messages("hi")).json()["error"]
    equal(error["type"], "api_error", "error for Messages")
    check(WRONG not in gateway.output(), "the key is in the log")


def no_key_at_all(workshop, engine):
    url = workshop.open_gateway(engine.url).url
    reply = wire.post(url + CHAT, scripted.chat("hi"), {"authorization": f"Bearer {KEY}"})
    check(reply.status != 200, "a client's key reached the engine although nobody said that it may")


def the_clients_key_handed_through(workshop, engine):
    url = workshop.open_gateway(engine.url, "--upstream-key", "client").url
    for headers in ({"authorization": f"Bearer {KEY}"}, {"x-api-key": KEY}):
        equal(wire.post(url + CHAT, scripted.chat("hi"), headers).status, 200, f"chat with {list(headers)}")
        equal(wire.post(url + MESSAGES, scripted.messages("hi"), headers).status, 200, f"messages with {list(headers)}")
    wrong = {"authorization": f"Bearer {WRONG}"}
    equal(wire.post(url + CHAT, scripted.chat("hi"), wrong).status, 401, "chat with a wrong key")
    equal(wire.post(url + MESSAGES, scripted.messages("hi"), wrong).status, 401, "messages with a wrong key")


def the_gateways_token(workshop, engine):
    url = workshop.gateway(engine.url, "--upstream-key-env", "ENGINE_KEY", ENGINE_KEY=KEY, LLMGW_TOKEN="local-token").url
    equal(wire.post(url + CHAT, scripted.chat("hi")).status, 401, "chat without token")
    equal(wire.post(url + MESSAGES, scripted.messages("hi"), {"x-api-key": "no"}).status, 401, "messages, wrong token")
    equal(wire.post(url + CHAT, scripted.chat("hi"), {"authorization": "Bearer local-token"}).status, 200, "chat")
    equal(wire.post(url + MESSAGES, scripted.messages("hi"), {"x-api-key": "local-token"}).status, 200, "messages")
