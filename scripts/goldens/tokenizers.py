#!/usr/bin/env python3
"""Small vocabularies for the tests of tokenizers, made from texts.json in tests/golden/tokenizers, where they go, and what SentencePiece
(0.1.97, Debian's python3-sentencepiece) makes of the texts with the models that it trains here: sentence_piece_*.json.

With --compare HEED FILE it trains models of every kind on the lines of a file instead, and counts the lines of which the command heed
and SentencePiece make different ids or texts.
"""
import argparse
import base64
import collections
import json
import pathlib
import subprocess
import tempfile
import unicodedata

import sentencepiece

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parents[1] / "tests/golden/tokenizers"
TEXTS = json.loads((GOLDEN / "texts.json").read_text())

# What a model's own table makes of characters: code points, in hexadecimal.
RULES = """\
FB01 > 66 69
65 301 > E9
E0 > E0
61 300 > E0
3000 > 20
9 > 20
A > 20
D > 20
D A > 20
A0 > 20
2003 > 20
200B > 20
AD >
1 >
7F >
FF21 > 41
FF26 > 46
FF55 > 75
FF4C > 6C
FF57 > 77
FF49 > 69
FF44 > 64
FF54 > 74
FF48 > 68
FF11 > 31
FF12 > 32
FF13 > 33
B2 > 32
BD > 31 2044 32
2026 > 2E 2E 2E
2122 > 54 4D
2103 > B0 43
FF76 FF9E > 30AC
304B 3099 > 304C
1112 1161 11AB > D55C
FDFA > 635 644 649 20 627 644 644 647 20 639 644 64A 647
1F468 > 4D
"""


def words():
    """the words of the texts in lower and in their own case, with and without accents"""
    out = collections.Counter()
    for text in TEXTS:
        bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        for version in (text, bare):
            out.update("".join(c if c.isalnum() else " " for c in version).split())
    return out


def word_piece():
    """characters, those that are common inside words too, and every third beginning and end of the words"""
    pieces = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##s", "un", "##aff", "##able"]
    characters = collections.Counter(c for word in words() for c in word)
    for character, count in sorted(characters.items()):
        pieces += [character] + (["##" + character] if count > 1 else [])
    pieces += list("!'(),-./:;?[]_\"，。！：؟、")
    for i, word in enumerate(sorted(words())):
        if len(word) > 3 and i % 3 == 0:
            pieces += [word[: len(word) // 2 + 1], "##" + word[len(word) // 2 + 1 :], word[:2]]
    pieces = list(dict.fromkeys(pieces))
    (GOLDEN / "word_piece.txt").write_text("".join(piece + "\n" for piece in pieces))


def word_level():
    tokens = ["[PAD]", "[unused0]", "[UNK]", *sorted(word for word in words() if len(word) < 6)]
    write("word_level", {"vocab": {token: i for i, token in enumerate(tokens)}})


def train_bpe(lists, start, count):
    """byte pair encoding over lists of symbols: the vocabulary, which begins with `start`, and the merges"""
    vocab, merges = list(start), []
    lists = [list(symbols) for symbols in lists]
    for _ in range(count):
        pairs = collections.Counter(pair for symbols in lists for pair in zip(symbols, symbols[1:]))
        if not pairs:
            break
        best = max(sorted(pairs), key=pairs.get)
        merges.append(list(best))
        vocab += ["".join(best)] if "".join(best) not in vocab else []
        for symbols in lists:
            i = 0
            while i + 1 < len(symbols):
                if (symbols[i], symbols[i + 1]) == best:
                    symbols[i : i + 2] = ["".join(best)]
                i += 1
    return {"vocab": {token: i for i, token in enumerate(vocab)}, "merges": merges}


def byte_letters():
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    return {**{byte: chr(byte) for byte in printable}, **{byte: chr(256 + i) for i, byte in enumerate(rest)}}


def byte_pairs():
    letters = byte_letters()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    spelled = [[letters[byte] for byte in (" " * (i % 2) + word).encode()] for i, word in enumerate(" ".join(TEXTS).split())]
    write("byte_pair", train_bpe(spelled, special + sorted(letters.values()), 260))
    marked = [["\u2581", *word] for word in " ".join(TEXTS[:12]).split()]
    letters = sorted({c for symbols in marked for c in symbols})[:70]
    marked = [[c for c in symbols if c in letters] for symbols in marked]
    write("fallback_pair", train_bpe(marked, special + [f"<0x{byte:02X}>" for byte in range(256)] + letters, 120))
    ended = [[*word[:-1], word[-1] + "</w>"] for word in " ".join(TEXTS[2:6]).lower().split()]
    write("ended_pair", train_bpe(ended, ["<unk>"] + sorted({c for symbols in ended for c in symbols}), 80))


def write(name, value):
    (GOLDEN / (name + ".json")).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def sentence_pieces():
    with tempfile.TemporaryDirectory() as folder:
        rules = pathlib.Path(folder) / "rules.tsv"
        rules.write_text("".join("\t".join(side.strip() for side in line.split(">")) + "\n" for line in RULES.splitlines()))
        text = pathlib.Path(folder) / "text"
        text.write_text("\n".join(part for whole in TEXTS for part in whole.split(". ")) + "\n")
        common = {"input": str(text), "hard_vocab_limit": False, "normalization_rule_tsv": str(rules), "minloglevel": 2}
        kinds = {
            "unigram": {"model_type": "unigram", "vocab_size": 420, "character_coverage": 0.98, "user_defined_symbols": ["<mask>", "newtoken"]},
            "fallback": {"model_type": "unigram", "vocab_size": 560, "character_coverage": 0.98, "byte_fallback": True, "pad_id": 3},
            "pairs": {"model_type": "bpe", "vocab_size": 420, "character_coverage": 0.98, "user_defined_symbols": ["newtoken"]},
            "spaces": {"model_type": "bpe", "vocab_size": 600, "character_coverage": 0.98, "byte_fallback": True,
                       "remove_extra_whitespaces": False, "normalization_rule_name": "identity"},
        }
        for name, options in kinds.items():
            options = {**common, **options}
            if "normalization_rule_name" in options:
                del options["normalization_rule_tsv"]
            path = GOLDEN / f"sentence_piece_{name}"
            sentencepiece.SentencePieceTrainer.train(model_prefix=str(path), **options)
            path.with_suffix(".vocab").unlink()
            sentence_piece_answers(path)


def sentence_piece_answers(path):
    model = sentencepiece.SentencePieceProcessor(model_file=str(path.with_suffix(".model")))
    cases = []
    for text in TEXTS:
        encoded = model.encode(text, out_type="immutable_proto")
        ids = [piece.id for piece in encoded.pieces]
        cases.append({"ids": ids, "pieces": [piece.piece for piece in encoded.pieces], "decoded": model.decode(ids)})
    with open(path.with_suffix(".json"), "w") as out:
        out.write('{"cases":[\n' + ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases) + "\n]}\n")


def fields(message):
    """number and value of each field of a protocol buffer, its messages as bytes"""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            size = varint() if key & 7 == 2 else 4
            yield key >> 3, message[at : at + size]
            at += size


def unigram():
    """the vocabulary and the table of the first of these models, as tokenizer.json has them"""
    path = GOLDEN / "sentence_piece_unigram.model"
    model = sentencepiece.SentencePieceProcessor(model_file=str(path))
    pieces = [[model.id_to_piece(i), round(model.get_score(i), 4)] for i in range(len(model))]
    normalizer = next(value for number, value in fields(path.read_bytes()) if number == 3)
    charsmap = next(value for number, value in fields(normalizer) if number == 2)
    write("unigram", {"vocab": pieces, "charsmap": base64.b64encode(charsmap).decode()})


def compare(heed, file):
    lines = [line for line in pathlib.Path(file).read_bytes().decode().split("\n") if line]
    kinds = {
        "unigram, nmt_nfkc": {"model_type": "unigram", "normalization_rule_name": "nmt_nfkc"},
        "unigram, nfkc, no prefix": {"model_type": "unigram", "normalization_rule_name": "nfkc", "add_dummy_prefix": False},
        "unigram, nmt_nfkc_cf, bytes, symbols": {"model_type": "unigram", "normalization_rule_name": "nmt_nfkc_cf", "byte_fallback": True,
                                                 "user_defined_symbols": ["<mask>", "the"]},
        "BPE, nmt_nfkc": {"model_type": "bpe", "normalization_rule_name": "nmt_nfkc"},
        "BPE, identity, bytes, all spaces": {"model_type": "bpe", "normalization_rule_name": "identity", "byte_fallback": True,
                                             "remove_extra_whitespaces": False, "split_digits": True},
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, options in kinds.items():
            path = pathlib.Path(folder) / "m"
            sentencepiece.SentencePieceTrainer.train(input=file, model_prefix=str(path), vocab_size=6000, hard_vocab_limit=False,
                                                     input_sentence_size=20000, minloglevel=2, **options)
            model = sentencepiece.SentencePieceProcessor(model_file=f"{path}.model")
            answers = subprocess.run([heed, "tokens", "--json", "--tokenizer", f"{path}.model", "-"], input="\n".join(lines) + "\n",
                                     capture_output=True, encoding="utf8", check=True).stdout.split("\n")[:-1]
            wrong = 0
            for line, answer in zip(lines, map(json.loads, answers), strict=True):
                ids = model.encode(line)
                wrong += answer["ids"] != ids or answer["decoded"] != model.decode(ids)
            print(f"{name}: {wrong} of {len(lines)} lines differ")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compare", nargs=2, metavar=("HEED", "FILE"))
    arguments = parser.parse_args()
    if arguments.compare:
        compare(*arguments.compare)
        raise SystemExit
    word_piece()
    word_level()
    byte_pairs()
    sentence_pieces()
    unigram()
