#!/usr/bin/env python3
"""Writes tests/golden/transformer: small Marian, BART, mBART and T5 models with random weights, and what they answer in double precision.

    scripts/goldens/transformer.py [FOLDER]

Each folder is a checkpoint as its family publishes it, and besides
golden.safetensors: "source_ids" [B,S], "source_lengths" [B] and "target_ids" [B,T] as numbers; "encoded" [B,S,C], "logits" [B,T,V] of every
target token on those before it, and the maps "encoder" [layers,B,H,S,S], "self" [layers,B,H,T,T], "cross" [layers,B,H,T,S]. What stands behind a
sentence's length counts for nothing.
search.json: what a plain search over the same model finds for each sentence, under generation_config.json and the changes it lists: tokens,
score and end of each sequence, the best first. The seeds are such that no choice on the way is a near tie.
"""
import json
import math
import pathlib
import sys

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent / "lib")]
import search
import tensors

LENGTHS, SOURCE, TARGET = (13, 6), 13, 7
CHANGES = [{"num_beams": 1, "num_return_sequences": 1}, {}, {"length_penalty": 0.6}, {"early_stopping": True, "length_penalty": 2.0, "num_beams": 3,
                                                                                  "num_return_sequences": 3}]
SMALLEST_GAP = 2e-4  # what noise of this size on every logit does not change is no near tie


class Bart:
    """Also what mBART and Marian share with it."""

    title, model_type, seed = "BartModel", "bart", 1
    scope, before, normed, learned, rms, gated, bias = "", False, True, True, False, False, True
    channels, layers, heads, hidden = 16, (2, 1), (4, 2), (20, 24)  # of the encoder, of the decoder
    positions, words, eps, activation = 24, (31, 31), 1e-5, staticmethod(F.gelu)
    config = {"activation_function": "gelu", "scale_embedding": False, "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2,
              "decoder_start_token_id": 2, "normalize_before": False, "normalize_embedding": True, "extra_pos_embeddings": 2}
    generation = {"decoder_start_token_id": 2, "eos_token_id": 2, "forced_eos_token_id": 2, "forced_bos_token_id": 0, "bos_token_id": 0,
                  "pad_token_id": 1, "no_repeat_ngram_size": 3}
    logits_bias, own_output = False, False
    attention = {"query": "q_proj", "key": "k_proj", "value": "v_proj", "out": "out_proj"}

    def __init__(self):
        c = self.channels
        self.head_size = [c // heads for heads in self.heads]
        self.scale = [size ** -0.5 for size in self.head_size]
        self.word_scale = math.sqrt(c) if self.config.get("scale_embedding") else 1.0
        self.output_scale = 1.0
        self.tables = [self.scope + "shared.weight"] * 2
        self.output = "lm_head.weight" if self.own_output else self.tables[1]
        names = ("encoder", "decoder")
        self.settings = {**{f"{name}_layers": n for name, n in zip(names, self.layers)},
                         **{f"{name}_attention_heads": n for name, n in zip(names, self.heads)},
                         **{f"{name}_ffn_dim": n for name, n in zip(names, self.hidden)},
                         "d_model": c, "vocab_size": self.words[0], "max_position_embeddings": self.positions, **self.config}

    def at(self, side, i, part):
        block = f"{self.scope}{('encoder', 'decoder')[side]}.layers.{i}."
        kind, _, detail = part.partition(".")
        if kind in ("self", "cross"):
            attention = "self_attn" if kind == "self" else "encoder_attn"
            return block + (attention + "_layer_norm" if detail == "norm" else f"{attention}.{self.attention[detail]}")
        return block + {"norm": "final_layer_norm", "up": "fc1", "down": "fc2"}[detail]

    def last_norm(self, side):
        return f"{self.scope}{('encoder', 'decoder')[side]}.layer_norm"

    def embedding(self, side, part):
        return f"{self.scope}{('encoder', 'decoder')[side]}.{ {'norm': 'layernorm_embedding', 'positions': 'embed_positions.weight'}[part]}"

    def relative(self, side):
        return None

    def position_table(self, side, w):
        return w[self.embedding(side, "positions")][2:]


class MBart(Bart):
    title, model_type, scope, before, logits_bias, seed = "MBartForConditionalGeneration", "mbart", "model.", True, True, 2
    words = (33, 33)
    config = {"activation_function": "gelu", "scale_embedding": True, "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2,
              "forced_eos_token_id": 2, "normalize_before": True, "add_final_layer_norm": True, "normalize_embedding": True}
    generation = {"decoder_start_token_id": 30, "eos_token_id": 2, "forced_eos_token_id": 2, "bos_token_id": 0, "pad_token_id": 1,
                  "no_repeat_ngram_size": 2}


class Marian(Bart):
    title, model_type, scope, normed, learned, logits_bias, seed = "MarianMTModel", "marian", "model.", False, False, True, 3
    words, activation = (29, 29), staticmethod(F.silu)
    config = {"activation_function": "swish", "scale_embedding": True, "static_position_embeddings": True, "pad_token_id": 28, "eos_token_id": 0,
              "decoder_start_token_id": 28, "forced_eos_token_id": 0, "normalize_before": False, "normalize_embedding": False,
              "add_final_layer_norm": False, "share_encoder_decoder_embeddings": True}
    generation = {"decoder_start_token_id": 28, "eos_token_id": 0, "forced_eos_token_id": 0, "pad_token_id": 28, "bad_words_ids": [[28]],
                  "renormalize_logits": True, "no_repeat_ngram_size": 2}

    def position_table(self, side, w):
        """Row p: the sines of p w, then the cosines."""
        angles = torch.arange(self.positions).double()[:, None] * 10000 ** (-torch.arange(0, self.channels, 2).double() / self.channels)
        return torch.cat([angles.sin(), angles.cos()], 1)


class MarianApart(Marian):
    """Source and target with words of their own, and a last matrix of its own."""

    words, seed, own_output = (29, 26), 4, True
    config = {**Marian.config, "share_encoder_decoder_embeddings": False, "tie_word_embeddings": False, "decoder_vocab_size": 26,
              "pad_token_id": 25, "decoder_start_token_id": 25}
    generation = {"decoder_start_token_id": 25, "eos_token_id": 0, "pad_token_id": 25, "bad_words_ids": [[25]]}

    def __init__(self):
        super().__init__()
        self.tables = ["model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight"]


class T5(Bart):
    title, model_type, seed = "T5ForConditionalGeneration", "t5", 5
    before, normed, rms, bias, activation = True, False, True, False, staticmethod(F.relu)
    channels, layers, heads, hidden, words, eps, size, buckets, distance = 12, (2, 2), (3, 3), (20, 20), (30, 30), 1e-6, 8, 8, 9
    config = {"feed_forward_proj": "relu", "pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0}
    generation = {"decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 0, "no_repeat_ngram_size": 2, "repetition_penalty": 1.2}
    attention = {"query": "q", "key": "k", "value": "v", "out": "o"}

    def __init__(self):
        super().__init__()
        self.head_size, self.scale = [self.size] * 2, [1.0, 1.0]
        self.output_scale = 1.0 if self.own_output else self.channels ** -0.5
        self.settings = {"d_model": self.channels, "d_kv": self.size, "d_ff": self.hidden[0], "num_layers": self.layers[0],
                         "num_decoder_layers": self.layers[1], "num_heads": self.heads[0], "vocab_size": self.words[0],
                         "relative_attention_num_buckets": self.buckets, "relative_attention_max_distance": self.distance, **self.config}

    def at(self, side, i, part):
        kind, _, detail = part.partition(".")
        layer = f"{('encoder', 'decoder')[side]}.block.{i}.layer.{ {'self': 0, 'cross': 1, 'forward': 1 + side}[kind]}."
        if detail == "norm":
            return layer + "layer_norm"
        if kind == "forward":
            return layer + "DenseReluDense." + {"up": "wi_1" if self.gated else "wi", "gate": "wi_0", "down": "wo"}[detail]
        return layer + ("SelfAttention." if kind == "self" else "EncDecAttention.") + self.attention[detail]

    def last_norm(self, side):
        return ("encoder", "decoder")[side] + ".final_layer_norm"

    def relative(self, side):
        return self.at(side, 0, "self.query")[:-1] + "relative_attention_bias.weight"

    def position_table(self, side, w):
        return None


class T5Gated(T5):
    gated, own_output, seed, words = True, True, 6, (28, 28)
    activation = staticmethod(lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3))))
    config = {**T5.config, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False}


FAMILIES = {"marian": Marian, "marian-apart": MarianApart, "bart": Bart, "mbart": MBart, "t5": T5, "t5-gated": T5Gated}


def random_weights(family, dice):
    w, normal = {}, lambda *size, std=1.0: torch.randn(*size, generator=dice) * std
    channels = family.channels

    def matrix(name, out, inputs, gain=1.3):
        w[name + ".weight"] = normal(out, inputs, std=gain / inputs ** 0.5)
        if family.bias:
            w[name + ".bias"] = normal(out, std=0.2)

    def norm(name):
        w[name + ".weight"] = 1 + normal(channels, std=0.1)
        if not family.rms:
            w[name + ".bias"] = normal(channels, std=0.1)

    for side in (0, 1):
        w[family.tables[side]] = normal(family.words[side], channels, std=1.5 / family.word_scale)
        if family.learned and not family.relative(side):
            w[family.embedding(side, "positions")] = normal(family.positions + 2, channels)
        if family.normed:
            norm(family.embedding(side, "norm"))
        inner = family.heads[side] * family.head_size[side]
        for i in range(family.layers[side]):
            for kind in ("self", "cross")[: 1 + side]:
                for part in ("query", "key", "value"):
                    matrix(family.at(side, i, f"{kind}.{part}"), inner, channels, gain=0.7 if family.rms else 1.6)  # T5 scales no scores
                matrix(family.at(side, i, kind + ".out"), channels, inner, gain=2.5)  # or tied embeddings repeat what they read
                norm(family.at(side, i, kind + ".norm"))
            for part in ("gate", "up") if family.gated else ("up",):
                matrix(family.at(side, i, "forward." + part), family.hidden[side], channels)
            matrix(family.at(side, i, "forward.down"), channels, family.hidden[side], gain=2.5)
            norm(family.at(side, i, "forward.norm"))
        if family.before:
            norm(family.last_norm(side))
        if family.relative(side):
            w[family.relative(side)] = normal(family.buckets, family.heads[side])
    if family.own_output:
        w[family.output] = normal(family.words[1], channels, std=0.7)
    if family.logits_bias:
        w["final_logits_bias"] = normal(1, family.words[1], std=0.5)
    return w


def bucket(distance, both_ways, count, most):
    """of T5: the near distances each for themselves, the others in ever wider ones"""
    first = 0
    if both_ways:
        count //= 2
        first, distance = (count, distance) if distance > 0 else (0, -distance)
    else:
        distance = max(-distance, 0)
    single = count // 2
    if distance < single:
        return first + distance
    wide = torch.tensor(distance).float().div(single).log() / math.log(most / single) * (count - single)
    return first + min(single + int(wide), count - 1)


class Model:
    def __init__(self, family, weights):
        self.family, self.w = family, {name: value.double() for name, value in weights.items()}

    def linear(self, name, x):
        return F.linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def norm(self, name, x):
        weight = self.w[name + ".weight"]
        if self.family.rms:
            return x / (x.square().mean(-1, keepdim=True) + self.family.eps).sqrt() * weight
        return F.layer_norm(x, x.shape[-1:], weight, self.w[name + ".bias"], self.family.eps)

    def embed(self, side, ids):
        f = self.family
        x = self.w[f.tables[side]][ids] * f.word_scale
        table = f.position_table(side, self.w)
        x = x if table is None else x + table[: ids.shape[1]]
        return self.norm(f.embedding(side, "norm"), x) if f.normed else x

    def bias(self, side, tokens):
        """[H,T,T] of the self-attention of a stack"""
        f = self.family
        if not f.relative(side):
            return 0.0
        table = self.w[f.relative(side)]
        return torch.stack([torch.stack([table[bucket(s - t, side == 0, f.buckets, f.distance)] for s in range(tokens)]) for t in range(tokens)]).permute(2, 0, 1)

    def attend(self, side, name, x, memory, unseen, bias):
        f = self.family
        heads = lambda part, y: self.linear(name(part), y).unflatten(-1, (f.heads[side], -1)).transpose(1, 2)
        scores = heads("query", x) @ heads("key", memory).transpose(2, 3) * f.scale[side] + bias
        weights = scores.masked_fill(unseen, -math.inf).softmax(-1)
        return self.linear(name("out"), (weights @ heads("value", memory)).transpose(1, 2).flatten(2)), weights

    def forward_part(self, at, x):
        y = self.family.activation(self.linear(at("gate" if self.family.gated else "up"), x))
        return self.linear(at("down"), y * self.linear(at("up"), x) if self.family.gated else y)

    def stack(self, side, x, unseen, memory=None, memory_unseen=None):
        """the states, and the maps by layer: of the stack itself, of the memory"""
        f, maps = self.family, ([], [])
        bias = self.bias(side, x.shape[1])
        for i in range(f.layers[side]):
            for kind in ("self", "cross", "forward"):
                if kind == "cross" and memory is None:
                    continue
                at = lambda part: f.at(side, i, f"{kind}.{part}")
                y = self.norm(at("norm"), x) if f.before else x
                if kind == "forward":
                    y = self.forward_part(at, y)
                elif kind == "self":
                    y, seen = self.attend(side, at, y, y, unseen, bias)
                    maps[0].append(seen)
                else:
                    y, seen = self.attend(side, at, y, memory, memory_unseen, 0.0)
                    maps[1].append(seen)
                x = x + y if f.before else self.norm(at("norm"), x + y)
        return (self.norm(f.last_norm(side), x) if f.before else x), maps

    def encode(self, ids, lengths):
        unseen = torch.arange(ids.shape[1])[None, None, None, :] >= torch.tensor(lengths)[:, None, None, None]
        states, maps = self.stack(0, self.embed(0, ids), unseen)
        return states, unseen, torch.stack(maps[0])

    def decode(self, ids, states, unseen):
        tokens = ids.shape[1]
        later = torch.ones(tokens, tokens).triu(1).bool()
        x, maps = self.stack(1, self.embed(1, ids), later, states, unseen)
        logits = F.linear(x * self.family.output_scale, self.w[self.family.output])
        if self.family.logits_bias:
            logits = logits + self.w["final_logits_bias"]
        return logits, torch.stack(maps[0]), torch.stack(maps[1])


def searched(model, source, lengths, noise=None):
    """what each change of the options finds: for every sentence its sequences"""
    generation = model.family.generation
    options = {"max_length": 12, "num_beams": 4, "num_return_sequences": 4, "length_penalty": 1.0}
    for key, value in generation.items():
        if key.endswith("eos_token_id"):
            options[key + "s"] = [value]
        elif key not in ("pad_token_id", "bos_token_id"):
            options[key] = value
    encoded = [model.encode(source[b: b + 1, :length], [length])[:2] for b, length in enumerate(lengths)]
    known = {}

    def logits(sentence, tokens):
        key = (sentence, tuple(tokens))
        if key not in known:
            known[key] = model.decode(torch.tensor([tokens]), *encoded[sentence])[0][0, -1]
            if noise:
                known[key] = known[key] + SMALLEST_GAP * torch.randn(known[key].shape, generator=noise)
        return known[key].tolist()

    return [[search.search(logits, sentence, {**options, **change}) for sentence in range(len(lengths))] for change in CHANGES]


def is_clear(model, source, found):
    """no n-best list has scores close to each other, and noise changes no choice"""
    for one in found:
        for sequences in one:
            scores = [score for _, score, _ in sequences]
            if any(a - b < SMALLEST_GAP for a, b in zip(scores, scores[1:])):
                return False
    bare = lambda all_found: [[[tokens for tokens, _, _ in sequences] for sequences in one] for one in all_found]
    return all(bare(searched(model, source, LENGTHS, torch.Generator().manual_seed(seed))) == bare(found) for seed in range(3))


def is_telling(found):
    """sequences of several lengths that do not repeat one token"""
    best = [one[sentence] for one in found for sentence in range(len(LENGTHS))]
    lengths = {len(tokens) for sequences in best for tokens, _, _ in sequences}
    ends = {end for sequences in best for _, _, end in sequences}
    return len(lengths) >= 3 and "token" in ends and all(len(set(tokens)) > len(tokens) // 2 for sequences in best for tokens, _, _ in sequences[:1])


def first_clear(family):
    """the first seed whose model searches clearly"""
    for attempt in range(1000):
        dice = torch.Generator().manual_seed(1000 * family.seed + attempt)
        weights = random_weights(family, dice)
        model = Model(family, weights)
        source = torch.randint(3, family.words[0] - 3, (len(LENGTHS), SOURCE), generator=dice)
        found = searched(model, source, LENGTHS)
        if is_telling(found) and is_clear(model, source, found):
            target = torch.randint(3, family.words[1] - 3, (len(LENGTHS), TARGET), generator=dice)
            target[:, 0] = family.generation["decoder_start_token_id"]
            return attempt, weights, model, source, target, found
    raise SystemExit(f"{family.title}: no seed is clear")


def main():
    root = HERE.parents[1]
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root / "tests" / "golden" / "transformer"
    for name, kind in FAMILIES.items():
        family, at = kind(), folder / name
        at.mkdir(parents=True, exist_ok=True)
        attempt, weights, model, source, target, found = first_clear(family)
        tensors.write(at / "model.safetensors", weights, torch.float32)
        config = {"architectures": [family.title], "model_type": family.model_type, "is_encoder_decoder": True, **family.settings}
        (at / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        generation = {"max_length": 12, "num_beams": 4, **family.generation}
        (at / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")
        states, unseen, encoder_maps = model.encode(source, LENGTHS)
        logits, self_maps, cross_maps = model.decode(target, states, unseen)
        tensors.write(at / "golden.safetensors", {"source_ids": source, "source_lengths": torch.tensor(LENGTHS), "target_ids": target, "encoded": states,
                                                  "logits": logits, "encoder": encoder_maps, "self": self_maps, "cross": cross_maps}, torch.float32)
        cases = [{"change": {"num_return_sequences": 4, **change}, "found": [[[t, round(s, 9), e] for t, s, e in one] for one in sentences]}
                 for change, sentences in zip(CHANGES, found)]
        (at / "search.json").write_text('{"cases":[\n%s\n]}\n' % ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
        print(name, "attempt", attempt, sum(file.stat().st_size for file in at.iterdir()), "bytes")


if __name__ == "__main__":
    with torch.no_grad():
        main()
