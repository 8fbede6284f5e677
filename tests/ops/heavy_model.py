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


def add_shape(writer, vocabulary):
    writer.add_name("heavy")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_dimension_count(HEAD_WIDTH)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(vocabulary)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def main(path):
    rows = make_model.vocabulary()
    number = {token: index for index, (token, _) in enumerate(rows)}
    writer = gguf.GGUFWriter(path, "llama")
    add_shape(writer, len(rows))
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
