#!/usr/bin/env python3
"""Writes the model of make_model.py in the form that vLLM and transformers read: the same table, the same answers.

usage: make_hf_model.py OUT_FOLDER
"""
import json
import math
import pathlib
import sys

import make_model as tiny
import tokenizers
import torch
import transformers


def tokenizer(rows, number):
    # No merge reaches the pieces that only answers use, so they stand outside of the merges.
    model = tokenizers.models.BPE(vocab=number, merges=[tuple(merge.split()) for merge in tiny.MERGES])
    inner = tokenizers.Tokenizer(model)
    inner.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = tokenizers.decoders.ByteLevel()
    for token, kind in rows:  # what stands in the vocabulary already keeps its number
        if kind != tiny.NORMAL:
            inner.add_tokens([tokenizers.AddedToken(token, special=kind == tiny.CONTROL, normalized=False)])
    assert all(inner.token_to_id(token) == index for token, index in number.items()), "a token moved"
    return transformers.PreTrainedTokenizerFast(tokenizer_object=inner, eos_token=tiny.END, pad_token="<|endoftext|>")


def model(number):
    # Servers parse reasoning and tool calls for the types of model that they know: Qwen2 is one.
    config = transformers.Qwen2Config(vocab_size=len(number), hidden_size=tiny.WIDTH, intermediate_size=tiny.FEED_FORWARD,
                                      num_hidden_layers=1, num_attention_heads=tiny.HEADS, num_key_value_heads=1,
                                      max_position_embeddings=tiny.CONTEXT, tie_word_embeddings=False,
                                      eos_token_id=number[tiny.END], pad_token_id=number["<|endoftext|>"])
    made = transformers.Qwen2ForCausalLM(config).to(torch.float32)
    with torch.no_grad():
        for name, weight in made.named_parameters():
            weight.fill_(1.0 if "norm" in name else 0.0)
        made.model.embed_tokens.weight.copy_(torch.eye(len(number), tiny.WIDTH))
        made.lm_head.weight[:, : len(number)] = torch.from_numpy(tiny.table(number)).T / math.sqrt(tiny.WIDTH)
    made.generation_config.eos_token_id = number[tiny.END]
    made.generation_config.do_sample = False
    return made


def main(folder):
    rows = tiny.vocabulary()
    number = {token: index for index, (token, _) in enumerate(rows)}
    model(number).save_pretrained(folder)
    tokenizer(rows, number).save_pretrained(folder)
    config = pathlib.Path(folder, "tokenizer_config.json")
    settings = json.loads(config.read_text(encoding="utf-8"))
    settings["chat_template"] = (tiny.HERE / "chat_template.jinja").read_text(encoding="utf-8")
    config.write_text(json.dumps(settings, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
