"""Event streams, checked for the order their format demands and gathered into what they said."""
import json

from rig.cases import Failed, check, equal


class Said:
    """One answer, whichever format it came in."""

    def __init__(self):
        self.text = ""
        self.reasoning = ""
        self.calls = []  # {"id", "name", "arguments" as text}
        self.finish = None
        self.usage = None
        self.signatures = []
        self.kinds = []  # block types in order, Messages only
        self.comments = 0
        self.models = set()


def chat_stream(stream):
    """Reads a Chat Completions stream to its end."""
    said, done = Said(), False
    equal(stream.answer.status, 200, "status")
    check("text/event-stream" in stream.answer.headers.get("content-type", ""), "content-type is no event stream")
    for name, data in stream.events():
        if name == ":":
            said.comments += 1
            continue
        check(not done, f"an event after [DONE]: {data}")
        if data == "[DONE]":
            done = True
            continue
        _add_chunk(said, json.loads(data))
    check(done, "no [DONE]")
    return said


def _add_chunk(said, chunk):
    if "error" in chunk:
        raise Failed(f"error event: {chunk}")
    said.models.add(chunk["model"])
    said.usage = chunk.get("usage") or said.usage
    for choice in chunk["choices"]:
        delta = choice["delta"]
        said.text += delta.get("content") or ""
        said.reasoning += delta.get("reasoning_content") or delta.get("reasoning") or ""
        for piece in delta.get("tool_calls") or []:
            if piece["index"] == len(said.calls):
                said.calls.append({"id": piece["id"], "name": piece["function"]["name"], "arguments": ""})
            said.calls[piece["index"]]["arguments"] += piece["function"].get("arguments") or ""
        said.finish = choice.get("finish_reason") or said.finish


def chat_answer(body):
    said = Said()
    message = body["choices"][0]["message"]
    said.text = message.get("content") or ""
    said.reasoning = message.get("reasoning_content") or message.get("reasoning") or ""
    said.calls = [
        {"id": call["id"], "name": call["function"]["name"], "arguments": call["function"]["arguments"]}
        for call in message.get("tool_calls") or []
    ]
    said.finish = body["choices"][0]["finish_reason"]
    said.usage = body.get("usage")
    said.models = {body["model"]}
    return said


class _MessagesReader:
    """Anthropic's order: message_start, blocks one at a time with indices 0, 1, 2, message_delta, message_stop."""

    def __init__(self):
        self.said = Said()
        self.state = "before"
        self.open = None

    def add(self, event):
        kind = event["type"]
        if kind == "ping":
            return
        if kind == "error":
            raise Failed(f"error event: {event}")
        step = getattr(self, f"_{kind}", None)
        check(step, f"unknown event {kind}")
        step(event)

    def _message_start(self, event):
        equal(self.state, "before", "state at message_start")
        message = event["message"]
        equal((message["type"], message["role"], message["content"]), ("message", "assistant", []), "message_start")
        self.said.models = {message["model"]}
        self.said.usage = dict(message["usage"])
        self.state = "inside"

    def _content_block_start(self, event):
        equal((self.state, self.open), ("inside", None), "state at content_block_start")
        equal(event["index"], len(self.said.kinds), "block index")
        self.open = event["content_block"]["type"]
        self.said.kinds.append(self.open)
        if self.open == "tool_use":
            block = event["content_block"]
            equal(block["input"], {}, "input of a tool_use start")
            self.said.calls.append({"id": block["id"], "name": block["name"], "arguments": ""})

    def _content_block_delta(self, event):
        equal(event["index"], len(self.said.kinds) - 1, "index of a delta")
        delta = event["delta"]
        wanted = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "thinking",
                  "input_json_delta": "tool_use"}
        equal(self.open, wanted.get(delta["type"]), f"open block at {delta['type']}")
        if delta["type"] == "text_delta":
            self.said.text += delta["text"]
        elif delta["type"] == "thinking_delta":
            self.said.reasoning += delta["thinking"]
        elif delta["type"] == "signature_delta":
            self.said.signatures.append(delta["signature"])
        else:
            self.said.calls[-1]["arguments"] += delta["partial_json"]

    def _content_block_stop(self, event):
        check(self.open, "content_block_stop without an open block")
        equal(event["index"], len(self.said.kinds) - 1, "index of a content_block_stop")
        self.open = None

    def _message_delta(self, event):
        equal((self.state, self.open), ("inside", None), "state at message_delta")
        self.said.finish = event["delta"]["stop_reason"]
        self.said.usage.update({key: value for key, value in event["usage"].items() if value is not None})
        self.state = "closing"

    def _message_stop(self, _):
        equal(self.state, "closing", "state at message_stop")
        self.state = "over"


def messages_stream(stream):
    """Reads a Messages stream to its end."""
    equal(stream.answer.status, 200, "status")
    check("text/event-stream" in stream.answer.headers.get("content-type", ""), "content-type is no event stream")
    reader, comments = _MessagesReader(), 0
    for name, data in stream.events():
        if name == ":":
            comments += 1
            continue
        event = json.loads(data)
        equal(name, event["type"], "name of the event")
        check(reader.state != "over", f"an event after message_stop: {data}")
        reader.add(event)
    equal(reader.state, "over", "state at the end of the stream")
    reader.said.comments = comments
    return reader.said


def messages_answer(body):
    said = Said()
    for block in body["content"]:
        said.kinds.append(block["type"])
        if block["type"] == "text":
            said.text += block["text"]
        elif block["type"] == "thinking":
            said.reasoning += block["thinking"]
            said.signatures.append(block["signature"])
        elif block["type"] == "tool_use":
            said.calls.append({"id": block["id"], "name": block["name"], "arguments": json.dumps(block["input"])})
    said.finish = body["stop_reason"]
    said.usage = body["usage"]
    said.models = {body["model"]}
    return said
