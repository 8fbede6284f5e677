#!/usr/bin/env python3
"""Writes a GGUF model of about 2 MB whose greedy answers are known beforehand.

Attention and feed-forward weights are zero, embeddings are one-hot and the output matrix is a hand-written table:
the next token depends on the last one alone. A real engine runs it like any other model, so tests can assert exact
text, token counts and tool calls.

usage: make_model.py OUT.gguf
"""
import math
import pathlib
import string
import sys

import gguf
import numpy

HERE = pathlib.Path(__file__).resolve().parent
WIDTH = 512  # embedding width; at least the vocabulary, since every token is one unit vector
HEADS, HEAD_WIDTH, FEED_FORWARD = 8, 64, 32
CONTEXT = 131072
CHAIN, FLOW, BACKGROUND = 30.0, 5.0, -40.0

NORMAL, CONTROL, USER_DEFINED = 1, 3, 4
END, START = "<|im_end|>", "<|im_start|>"
CONTROLS = ["<|endoftext|>", START, END, "<|say_think|>", "<|say_tool|>", "<|say_utf8|>", "<|say_long|>"]
# llama.cpp swallows control tokens, so what its parsers look for must be user-defined.
MARKS = ["<think>", "</think>", "<tool_call>", "</tool_call>"]
MERGES = ["u s", "e r", "us er", "a s", "s i", "s t", "a n", "an t", "i n", "o n", "t h", "th e", "o r"]

HELLO = ["Hello", ", this", " is", " the", " tiny", " model", " speaking."]
THINK = ["<think>", "Let me see", ": two and two.", "</think>", "The answer", " comes", " to", " four."]
TOOL = ["<tool_call>", '{"name": "', "get_weather", '", "arguments": ', '{"city": "', "Paris 1", '"}}', "</tool_call>"]
UTF8 = "é€😀"  # no byte twice: a table of pairs would loop


def byte_letters():
    """GPT-2's printable stand-in for each byte, as its encoder defines it."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    letters = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + len(letters) - len(printable))
    return letters


LETTERS = byte_letters()


def spelled(text):
    return "".join(LETTERS[byte] for byte in text.encode())


def vocabulary():
    """(token, type) in order: bytes, merged pieces, marks, pieces that only answers use (no merge reaches them)."""
    rows = [(LETTERS[byte], NORMAL) for byte in range(256)]
    rows += [(merge.replace(" ", ""), NORMAL) for merge in MERGES]
    rows += [(token, CONTROL) for token in CONTROLS]
    rows += [(token, USER_DEFINED) for token in MARKS]
    rows += [(spelled(piece), NORMAL) for piece in HELLO + THINK + TOOL if piece not in MARKS]
    return rows


def table(number):
    """logits[last token][next token]."""
    logits = numpy.full((len(number), len(number)), BACKGROUND, dtype=numpy.float32)

    def chain(first, pieces):
        for last, following in zip([first, *pieces], [*pieces, END]):
            logits[number[last], number[following]] = CHAIN

    chain(spelled("\n"), [spelled(piece) for piece in HELLO])
    chain("<|say_think|>", [piece if piece in MARKS else spelled(piece) for piece in THINK])
    chain("<|say_tool|>", [piece if piece in MARKS else spelled(piece) for piece in TOOL])
    chain("<|say_utf8|>", [LETTERS[byte] for byte in UTF8.encode()])
    alphabet = [spelled(letter) for letter in string.ascii_lowercase + " "]
    for last, following in zip(["<|say_long|>", *alphabet], [*alphabet, alphabet[0]]):
        logits[number[last], number[following]] = FLOW
    return logits


def add_tokenizer(writer, rows, number):
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([token for token, _ in rows])
    writer.add_token_types([kind for _, kind in rows])
    writer.add_token_merges(MERGES)
    writer.add_bos_token_id(number["<|endoftext|>"])
    writer.add_eos_token_id(number[END])
    writer.add_eot_token_id(number[END])
    writer.add_pad_token_id(number["<|endoftext|>"])
    writer.add_add_bos_token(False)
    writer.add_chat_template((HERE / "chat_template.jinja").read_text(encoding="utf-8"))


def add_shape(writer, name, vocabulary_size, file_type, *, context, width, layers, feed_forward, heads, head_width):
    writer.add_name(name)
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(heads)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_dimension_count(head_width)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(vocabulary_size)
    writer.add_file_type(file_type)


def add_weights(writer, logits):
    def zeros(name, *shape):
        writer.add_tensor(name, numpy.zeros(shape, dtype=numpy.float16))

    writer.add_tensor("token_embd.weight", numpy.eye(len(logits), WIDTH, dtype=numpy.float16))
    # RMS norm stretches a unit vector to length sqrt(WIDTH): divide it out again.
    output = numpy.zeros((len(logits), WIDTH), dtype=numpy.float16)
    output[:, : len(logits)] = logits.T / math.sqrt(WIDTH)
    writer.add_tensor("output.weight", output)
    for name in ("output_norm.weight", "blk.0.attn_norm.weight", "blk.0.ffn_norm.weight"):
        writer.add_tensor(name, numpy.ones(WIDTH, dtype=numpy.float32))
    zeros("blk.0.attn_q.weight", HEADS * HEAD_WIDTH, WIDTH)
    zeros("blk.0.attn_k.weight", HEAD_WIDTH, WIDTH)
    zeros("blk.0.attn_v.weight", HEAD_WIDTH, WIDTH)
    zeros("blk.0.attn_output.weight", WIDTH, HEADS * HEAD_WIDTH)
    zeros("blk.0.ffn_gate.weight", FEED_FORWARD, WIDTH)
    zeros("blk.0.ffn_up.weight", FEED_FORWARD, WIDTH)
    zeros("blk.0.ffn_down.weight", WIDTH, FEED_FORWARD)


def main(path):
    rows = vocabulary()
    number = {token: index for index, (token, _) in enumerate(rows)}
    assert len(number) == len(rows) <= WIDTH, "a token twice, or too many of them"
    writer = gguf.GGUFWriter(path, "llama")
    add_shape(writer, "tiny", len(rows), gguf.LlamaFileType.MOSTLY_F16, context=CONTEXT, width=WIDTH, layers=1,
              feed_forward=FEED_FORWARD, heads=HEADS, head_width=HEAD_WIDTH)
    add_tokenizer(writer, rows, number)
    add_weights(writer, table(number))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1])
