"""BLEU as sacrebleu defines it: of a corpus, words cut as mteval-v13a does, up to four in a row, exponential smoothing, case kept.

    score = bleu.corpus(["What was written ."], [["What was meant."]])
    score["score"], score["precisions"], score["brevity_penalty"]
"""
import collections
import math
import re

ORDERS = 4
SIGNS = re.compile(r"([ -&(-+/:-@\[-`{-~])")  # ASCII's punctuation but for ' , - .
MARK_AFTER_NO_DIGIT, MARK_BEFORE_NO_DIGIT = re.compile(r"([^0-9])([.,])"), re.compile(r"([.,])([^0-9])")
DASH_AFTER_DIGIT = re.compile(r"([0-9])(-)")
ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))  # in this order: "&amp;lt;" ends as "<"


def words(text):
    text = text.rstrip().replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, sign in ENTITIES:
        text = text.replace(entity, sign)
    text = SIGNS.sub(r" \1 ", f" {text} ")
    text = MARK_AFTER_NO_DIGIT.sub(r"\1 \2 ", text)
    text = MARK_BEFORE_NO_DIGIT.sub(r" \1 \2", text)
    return DASH_AFTER_DIGIT.sub(r"\1 \2 ", text).split()


def sequences(tokens, order):
    return collections.Counter(tuple(tokens[i:i + order]) for i in range(len(tokens) - order + 1))


def corpus(written, references):
    """`references` holds one list a sentence. Of several the nearest in length counts, the shorter of two that are as near."""
    matches, totals, length, reference_length = [0] * ORDERS, [0] * ORDERS, 0, 0
    for sentence, others in zip(written, references, strict=True):
        own, meant = words(sentence), [words(other) for other in others]
        length += len(own)
        reference_length += min((abs(len(other) - len(own)), len(other)) for other in meant)[1]
        for order in range(1, ORDERS + 1):
            most = collections.Counter()
            for other in meant:
                most |= sequences(other, order)
            counts = sequences(own, order)
            matches[order - 1] += (counts & most).total()
            totals[order - 1] += counts.total()
    return score(matches, totals, length, reference_length)


def score(matches, totals, length, reference_length):
    penalty = 1.0
    if length < reference_length:
        penalty = math.exp(1 - reference_length / length) if length else 0.0
    precisions, smooth = [0.0] * ORDERS, 1
    for n in range(ORDERS if any(matches) else 0):
        if totals[n] == 0:
            break
        if matches[n] == 0:
            smooth *= 2
        precisions[n] = 100 * matches[n] / totals[n] if matches[n] else 100 / (smooth * totals[n])
    mean = math.exp(sum(map(math.log, precisions)) / ORDERS) if all(precisions) else 0.0
    return {"score": penalty * mean, "precisions": precisions, "brevity_penalty": penalty, "matches": matches, "totals": totals,
            "length": length, "reference_length": reference_length}
