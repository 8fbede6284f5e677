"""What the scripted upstream says. A request's model names the conversation, and the number of answers already in its
history is the turn; so the upstream keeps no state and any number of clients can talk to it at once.

A turn has `text`, `reasoning`, `calls`, `finish` (stop, length, tool_calls, stop_sequence), `usage`; or an `error`; or
it is `endless`, `held` (silent until the client leaves), `cut` (the connection ends in mid-answer), or `at_once` (a
stream in one write). `fails` ends its text in an error event; `gated` makes it wait for the test before that."""

HELLO = {
    "text": "Grüße, 世界 😀: all is well.",
    "usage": {"input": 21, "cached": 8, "output": 9},
}
WEATHER = {"id": "call_weather_1", "name": "get_weather", "arguments": {"city": "Zürich", "unit": "°C"}}
CLOCK = {"id": "call_clock_2", "name": "get_time", "arguments": {"zone": "Europe/Zurich"}}
ANSWER = {"text": "12 °C at noon.", "usage": {"input": 60, "cached": 0, "output": 6}}


def error(status, kind, code, message, **headers):
    return {"error": {"status": status, "type": kind, "code": code, "message": message, "headers": headers}}


CONVERSATIONS = {
    "hello": [HELLO, {"text": "Still here."}],
    "tool": [{"calls": [WEATHER], "finish": "tool_calls"}, ANSWER],
    "tool-with-text": [{"text": "Let me look.", "calls": [WEATHER], "finish": "tool_calls"}, ANSWER],
    "tool-without-input": [{"calls": [{"id": "call_now", "name": "get_now", "arguments": {}}], "finish": "tool_calls"}, ANSWER],
    "parallel": [{"calls": [WEATHER, CLOCK], "finish": "tool_calls"}, ANSWER],
    "two-steps": [
        {"calls": [WEATHER], "finish": "tool_calls"},
        {"calls": [CLOCK], "finish": "tool_calls"},
        ANSWER,
    ],
    "reasoning": [{"reasoning": "Two and two make four.", "text": "Four."}, {"text": "As I said: four."}],
    "reasoned-tool": [
        {"reasoning": "I need the weather.", "calls": [WEATHER], "finish": "tool_calls"},
        ANSWER,
    ],
    "length": [{"text": "And then", "finish": "length"}],
    "stop": [{"text": "one, two, ", "finish": "stop_sequence"}],
    "json": [{"text": '{"city":"Zürich","degrees":12}'}],
    "endless": [{"endless": True}],
    "held": [{"held": True}],
    "cut": [{"text": "This answer has no e", "cut": True, "gated": True}],
    "broken": [{"text": "This answer fails", "fails": True, "gated": True}],
    "bad-request": [error(400, "invalid_request_error", "invalid_value", "temperature is out of range")],
    "no-such-model": [error(404, "not_found_error", "model_not_found", "the model does not exist")],
    "limited": [error(429, "rate_limit_error", "rate_limit_exceeded", "slow down", **{"retry-after": "7"})],
    "failing": [error(500, "api_error", None, "something broke")],
    "overloaded": [error(503, "overloaded_error", None, "too busy")],
    "too-long": [error(400, "invalid_request_error", "context_length_exceeded", "prompt is too long: 9000 tokens > 4096 maximum")],
}
GATE = None  # stands among a stream's events where it waits for the test
DEFAULT = [{"text": "Default answer."}]


def once(trouble, then):
    """A conversation whose first request meets `trouble`; every later one is answered."""
    turns = [trouble]
    return lambda _: turns.pop() if turns else then


def turn_of(model, answers):
    turns = CONVERSATIONS.get(model, DEFAULT)
    return turns[min(answers, len(turns) - 1)]


def pieces(text, size=5):
    return [text[start:start + size] for start in range(0, len(text), size)]
