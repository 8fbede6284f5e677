"""What the scripted model answers, and the requests that ask for it."""
import json

HELLO = "Hello, this is the tiny model speaking."
HELLO_PROMPT_TOKENS, HELLO_TOKENS = 13, 8  # of the prompt "hi"; the end token counts
THOUGHT, THOUGHT_ANSWER, THOUGHT_TOKENS = "Let me see: two and two.", "The answer comes to four.", 9
UTF8, UTF8_TOKENS = "é€😀", 10  # a token a byte, so every character comes split
LONG = "abcdefghijklmnopqrstuvwxyz "
TOOL_NAME, TOOL_INPUT = "get_weather", {"city": "Paris 1"}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}

CHAT_TOOLS = [{"type": "function", "function": {"name": TOOL_NAME, "description": "Weather", "parameters": SCHEMA}}]
MESSAGES_TOOLS = [{"name": TOOL_NAME, "description": "Weather", "input_schema": SCHEMA}]


def chat(prompt, **more):
    return {"model": "tiny", "temperature": 0, "messages": [{"role": "user", "content": prompt}], **more}


def messages(prompt, **more):
    return {"model": "tiny", "max_tokens": 64, "temperature": 0, "messages": [{"role": "user", "content": prompt}], **more}


def thinking(prompt, **more):
    """A Messages request that asks to see the model think; it allows no temperature."""
    body = messages(prompt, max_tokens=2048, thinking={"type": "enabled", "budget_tokens": 1024}, **more)
    del body["temperature"]
    return body


def arguments(call):
    return json.loads(call["arguments"])
