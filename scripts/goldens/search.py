#!/usr/bin/env python3
"""Greedy, beam and sampling search over toy models, as plainly as the rules of docs/search.md can be written: all logits in a list,
every rule a change to the list, nothing batched. Writes tests/golden/search/search.json, which tests/models/search_test.cpp repeats."""
import itertools
import json
import math
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parents[1] / "tests/golden/search/search.json"
NEVER = -math.inf
MASK = (1 << 64) - 1


def mixed(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def toy_logits(model, sentence, tokens):
    """small multiples of the unit, exact in every format; what comes next depends on the whole sequence or on its last tokens"""
    state = mixed(model["seed"] * 1000 + sentence)
    for token in tokens if model["memory"] == 0 else tokens[-model["memory"] :]:
        state = mixed(state + token + 1)
    out = []
    for token in range(model["vocabulary"]):
        hole = model.get("holes") and mixed(state + token) % model["holes"] == 0
        level = mixed(state + 7919 * (token + 1)) % model["steps"] - model["steps"] // 2
        out.append(NEVER if hole else level * model["unit"])
    return out


def logits_of(model, sentence, tokens):
    """a model is a toy or a function"""
    return model(sentence, tokens) if callable(model) else toy_logits(model, sentence, tokens)


def toy_attention(model, sentence, tokens):
    """sixteenths, over sentence + 3 source tokens; a function has none"""
    if callable(model):
        return []
    state = mixed(model["seed"] * 77 + sentence * 5 + len(tokens) * 3 + tokens[-1])
    return [(mixed(state + i) % 8) / 16 for i in range(sentence + 3)]


def log_sum(values):
    top = max(values)
    return NEVER if top == NEVER else top + math.log(sum(math.exp(v - top) for v in values))


def prompt_of(o):
    start = o.get("decoder_start_token_id")
    prefix = o.get("prefix", [])
    return prefix if start is None or prefix[:1] == [start] else [start] + prefix


def longest(o):
    return len(prompt_of(o)) + o["max_new_tokens"] if "max_new_tokens" in o else o.get("max_length", len(prompt_of(o)) + 20)


def shortest(o):
    return len(prompt_of(o)) + o["min_new_tokens"] if "min_new_tokens" in o else o.get("min_length", 0)


def ends(o):
    return o.get("eos_token_ids", [])


def processed(scores, tokens, o):
    """the scores after every rule on tokens, in the published order"""
    scores = list(scores)
    penalty = o.get("repetition_penalty", 1)
    for token in set(tokens) if penalty != 1 else ():
        scores[token] = scores[token] * penalty if scores[token] < 0 else scores[token] / penalty
    n = o.get("no_repeat_ngram_size", 0)
    if n > 0:
        grams = {tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)}
        for token in range(len(scores)):
            if len(tokens) + 1 >= n and tuple(tokens[len(tokens) + 1 - n :]) + (token,) in grams:
                scores[token] = NEVER
    for word in o.get("bad_words_ids", []):
        if any(word == [end] for end in ends(o)) or 1 < len(word) and len(word) > len(tokens):
            continue
        if len(word) == 1 or tokens[-(len(word) - 1) :] == word[:-1]:
            scores[word[-1]] = NEVER
    if len(tokens) < shortest(o):
        for token in ends(o):
            scores[token] = NEVER
    forced_bos = o.get("forced_bos_token_id")
    if forced_bos is not None and len(tokens) == 1:
        scores = [0 if token == forced_bos else NEVER for token in range(len(scores))]
    if o.get("forced_eos_token_ids") and len(tokens) == longest(o) - 1:
        scores = [0 if token in o["forced_eos_token_ids"] else NEVER for token in range(len(scores))]
    begin = len(prompt_of(o))
    begin += 1 if begin == 1 and forced_bos is not None else 0
    for token in o.get("suppress_tokens", []) + (o.get("begin_suppress_tokens", []) if len(tokens) == begin else []):
        scores[token] = NEVER
    return scores


def is_forced(tokens, o):
    bos = o.get("forced_bos_token_id") is not None and len(tokens) == 1
    return bos or bool(o.get("forced_eos_token_ids")) and len(tokens) == longest(o) - 1


def normal(scores, o):
    if not o.get("renormalize_logits"):
        return scores
    total = log_sum(scores)
    return scores if total == NEVER else [score - total for score in scores]


def draw(scores, o, number, sequence, position):
    """the token drawn: temperature, top k, top p, then one counted random number"""
    order = sorted((t for t in range(len(scores)) if scores[t] > NEVER), key=lambda t: (-scores[t], t))
    order = order[: o.get("top_k", 50)] if o.get("top_k", 50) > 0 else order
    weights = [math.floor(math.exp((scores[t] - scores[order[0]]) / o.get("temperature", 1)) * 2**40 + 0.5) for t in order]
    kept, enough = [], o.get("top_p", 1) * sum(weights)
    for weight in weights:
        kept.append(0 if kept and sum(kept) >= enough else weight)
    bits = mixed((mixed((mixed((mixed(o.get("seed", 0)) + number) & MASK) + sequence) & MASK) + position) & MASK)
    at = math.floor((bits >> 11) * 2.0**-53 * sum(kept))
    for token, weight in zip(order, kept):
        if at < weight:
            return token
        at -= weight
    raise AssertionError


def single(model, sentence, o, sequence):
    tokens, total, end = prompt_of(o), 0.0, "length"
    begin = len(tokens)
    while len(tokens) < longest(o):
        raw = logits_of(model, sentence, tokens)
        scores = processed(raw, tokens, o)
        if max(scores) == NEVER:
            end = "nothing"
            break
        if o.get("do_sample"):
            token = draw(scores, o, sentence, sequence, len(tokens))
        else:
            token = max(range(len(scores)), key=lambda t: (scores[t], -t))
        forced = is_forced(tokens, o)
        total += normal(scores if forced else [score - log_sum(raw) for score in scores], o)[token]
        tokens = tokens + [token]
        if token in ends(o):
            end = "token"
            break
    count = len(tokens) - begin
    return [tokens[begin:], total / count ** o.get("length_penalty", 1) if count else 0.0, end]


def beam(model, sentence, o):
    begin, width = len(prompt_of(o)), o["num_beams"]
    alpha, early = o.get("length_penalty", 1), o.get("early_stopping", False)
    slots = max(1, math.floor(o.get("patience", 1) * width + 0.5))
    running, finished = [(prompt_of(o), 0.0, [0.0] * (sentence + 3))], []

    def finish(tokens, total, seen, end):
        count = len(tokens) - begin
        unseen = sum(math.log(min(max(s, 1e-6), 1)) for s in seen)
        finished.append([tokens[begin:], (total / count**alpha if count else 0.0) + o.get("coverage_penalty", 0) * unseen, end])

    while True:
        candidates = []
        for row, (tokens, total, seen) in enumerate(running):
            raw = logits_of(model, sentence, tokens)
            below = log_sum(raw)
            scores = normal(processed([value - below for value in raw], tokens, o), o)
            looked = [s + a for s, a in zip(seen, toy_attention(model, sentence, tokens))]
            candidates += [(total + score, row, token, tokens + [token], looked) for token, score in enumerate(scores) if score > NEVER]
        candidates.sort(key=lambda c: (-c[0], c[1], c[2]))
        if not candidates:
            for tokens, total, seen in running:
                finish(tokens, total, seen, "nothing")
            return sorted(finished, key=lambda f: -f[1])[:slots]
        candidates = candidates[: max(2, 1 + len(ends(o))) * width]
        length = len(candidates[0][3])
        stops = [c[2] in ends(o) or length >= longest(o) for c in candidates]
        for rank, (total, _, token, tokens, seen) in enumerate(candidates):
            if stops[rank] and rank < width:
                finish(tokens, total, seen, "token" if token in ends(o) else "length")
        finished.sort(key=lambda f: -f[1])
        del finished[slots:]
        running = [(c[3], c[0], c[4]) for c, stop in zip(candidates, stops) if not stop][:width]
        if not running:
            return finished
        if len(finished) == slots:
            if early is True:
                return finished
            reach = longest(o) - begin if early == "never" and alpha > 0 else length - begin
            if running[0][1] / reach**alpha <= finished[-1][1]:
                return finished


def search(model, sentence, o):
    if o.get("num_beams", 1) > 1:
        return beam(model, sentence, o)[: o.get("num_return_sequences", 1)]
    return [single(model, sentence, o, i) for i in range(o.get("num_return_sequences", 1))]


MODELS = [
    {"seed": 1, "vocabulary": 7, "memory": 0, "steps": 48, "unit": 1 / 8},
    {"seed": 2, "vocabulary": 12, "memory": 1, "steps": 64, "unit": 1 / 16},
    {"seed": 3, "vocabulary": 5, "memory": 2, "steps": 5, "unit": 1.0},  # many ties
    {"seed": 4, "vocabulary": 9, "memory": 0, "steps": 96, "unit": 1 / 16, "holes": 3},  # minus infinity here and there
    {"seed": 5, "vocabulary": 130, "memory": 0, "steps": 128, "unit": 1 / 16},
    {"seed": 6, "vocabulary": 6, "memory": 0, "steps": 1, "unit": 1.0},  # nothing but ties
]


def options():
    """the grid: every option by itself and in company, at beams 1 to 5"""
    base = {"decoder_start_token_id": 0, "eos_token_ids": [1], "max_length": 9}
    changes = [
        {}, {"max_new_tokens": 4}, {"max_length": 2}, {"min_length": 6}, {"min_new_tokens": 3}, {"eos_token_ids": [1, 2, 3]},
        {"eos_token_ids": []}, {"prefix": [3, 4]}, {"prefix": [0, 2]}, {"decoder_start_token_id": None, "prefix": [2]},
        {"length_penalty": 0}, {"length_penalty": 2}, {"length_penalty": -1}, {"length_penalty": 0.6},
        {"repetition_penalty": 1.5}, {"repetition_penalty": 0.7, "max_length": 6}, {"no_repeat_ngram_size": 1},
        {"no_repeat_ngram_size": 2}, {"no_repeat_ngram_size": 3, "max_length": 14, "min_length": 12},
        {"bad_words_ids": [[3], [1], [0, 2], [2, 4, 4]]},
        {"bad_words_ids": [[2], [4, 3]], "renormalize_logits": True}, {"forced_bos_token_id": 4}, {"forced_eos_token_ids": [1]},
        {"forced_eos_token_ids": [1, 3], "eos_token_ids": [1, 3], "renormalize_logits": True}, {"suppress_tokens": [2, 3]},
        {"begin_suppress_tokens": [1, 2]}, {"begin_suppress_tokens": [1, 2], "forced_bos_token_id": 3},
        {"forced_bos_token_id": 4, "max_length": 2, "forced_eos_token_ids": [1]}, {"suppress_tokens": [0, 1, 2, 3, 4]},
        {"repetition_penalty": 1.3, "renormalize_logits": True, "no_repeat_ngram_size": 2, "min_length": 4},
    ]
    for change, width in itertools.product(changes, (1, 2, 4)):
        yield {**base, **change, "num_beams": width, "num_return_sequences": width}
    for early, penalty, width in itertools.product((False, True, "never"), (-0.5, 0, 1, 2), (3, 5)):
        yield {**base, "max_length": 12, "early_stopping": early, "length_penalty": penalty, "num_beams": width, "num_return_sequences": 2}
    for patience, coverage in ((2, 0), (0.5, 0), (1, 0.25), (1.5, 1)):
        yield {**base, "patience": patience, "coverage_penalty": coverage, "num_beams": 4, "num_return_sequences": 2}


def chosen():
    """options where one model shows what others would not: many ends at once, the second token, ties"""
    base = {"decoder_start_token_id": 0, "eos_token_ids": [1], "max_length": 9}
    for seed, width in itertools.product((0, 1, 3), (2, 3)):
        yield seed, {**base, "eos_token_ids": [1, 2, 3, 4], "early_stopping": "never", "length_penalty": 3, "num_beams": width,
                     "num_return_sequences": width}
        yield seed, {**base, "begin_suppress_tokens": [1, 2, 4], "forced_bos_token_id": 3, "max_length": 5, "num_beams": width}
        yield seed, {**base, "early_stopping": "never", "length_penalty": 2, "max_length": 14, "num_beams": width}
    for early, ends in ((True, [1]), (False, [])):
        yield 5, {**base, "eos_token_ids": ends, "early_stopping": early, "length_penalty": 0, "num_beams": 4, "num_return_sequences": 4}
    yield 5, {**base, "num_beams": 1, "max_length": 5}


def samples():
    base = {"decoder_start_token_id": 0, "eos_token_ids": [1], "max_length": 9, "do_sample": True, "num_return_sequences": 3}
    for change in ({}, {"temperature": 0.5}, {"temperature": 3}, {"top_k": 0}, {"top_k": 3}, {"top_p": 0.7}, {"top_p": 0},
                   {"top_k": 4, "top_p": 0.8, "temperature": 1.5}, {"seed": 2**40 + 1}, {"repetition_penalty": 1.4, "top_k": 5},
                   {"bad_words_ids": [[2]], "renormalize_logits": True}, {"forced_bos_token_id": 3, "forced_eos_token_ids": [1]}):
        yield {**base, **change}


def main():
    cases = []
    runs = list(chosen())
    for i, o in enumerate(itertools.chain(options(), samples())):
        runs += [(i % 5, o), ((i + 2) % 5, o)]
    for model, o in runs:
        o = {key: value for key, value in o.items() if value is not None}
        found = [search(MODELS[model], sentence, o) for sentence in range(3)]
        cases.append({"model": model, "options": o, "found": [[[t, round(s, 9), e] for t, s, e in one] for one in found]})
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    models = json.dumps(MODELS, separators=(",", ":"))
    OUT.write_text('{"models":%s,\n"cases":[\n%s\n]}\n' % (models, lines))
    print(len(cases), "cases,", OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
