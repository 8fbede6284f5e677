#!/usr/bin/env python3
"""Writes a GGUF model of 950 MB whose weights are all zero, so that loading it takes a while. The file is sparse: the
weights are a hole, and 12 KB lie on the disk.

usage: heavy_model.py OUT.gguf
"""
import math
import os
import sys

import gguf
import numpy

from engines import make_model

WIDTH, FEED_FORWARD, HEADS, HEAD_WIDTH, LAYERS = 2048, 8192, 32, 64, 4
CONTEXT = 4096
ALIGNMENT = 32  # GGUF's default


def tensors(vocabulary):
    """(name, rows, columns) of each; a vector has one row."""
    yield "token_embd.weight", vocabulary, WIDTH
    yield "output.weight", vocabulary, WIDTH
    yield "output_norm.weight", 1, WIDTH
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        yield block + "attn_norm.weight", 1, WIDTH
        yield block + "ffn_norm.weight", 1, WIDTH
        yield block + "attn_q.weight", HEADS * HEAD_WIDTH, WIDTH
        yield block + "attn_k.weight", HEAD_WIDTH, WIDTH
        yield block + "attn_v.weight", HEAD_WIDTH, WIDTH
        yield block + "attn_output.weight", WIDTH, HEADS * HEAD_WIDTH
        yield block + "ffn_gate.weight", FEED_FORWARD, WIDTH
        yield block + "ffn_up.weight", FEED_FORWARD, WIDTH
        yield block + "ffn_down.weight", WIDTH, FEED_FORWARD


def padded(size):
    return math.ceil(size / ALIGNMENT) * ALIGNMENT


def main(path):
    rows = make_model.vocabulary()
    number = {token: index for index, (token, _) in enumerate(rows)}
    writer = gguf.GGUFWriter(path, "llama")
    make_model.add_shape(writer, "heavy", len(rows), gguf.LlamaFileType.ALL_F32, context=CONTEXT, width=WIDTH, layers=LAYERS,
                         feed_forward=FEED_FORWARD, heads=HEADS, head_width=HEAD_WIDTH)
    make_model.add_tokenizer(writer, rows, number)
    weights = 0
    item = numpy.dtype(numpy.float32)
    for name, height, width in tensors(len(rows)):
        size = height * width * item.itemsize
        writer.add_tensor_info(name, (width,) if height == 1 else (height, width), item, size)
        weights += padded(size)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    os.truncate(path, padded(os.path.getsize(path)) + weights)


if __name__ == "__main__":
    main(sys.argv[1])
