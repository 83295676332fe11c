#!/usr/bin/env python3
"""Small vocabularies for the tests of tokenizers, made from texts.json: tests/golden/tokenizers/word_piece.txt."""
import collections
import json
import pathlib
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parents[1] / "tests/golden/tokenizers"
TEXTS = json.loads((GOLDEN / "texts.json").read_text())


def words():
    """the words of the texts in lower and in their own case, with and without accents"""
    out = collections.Counter()
    for text in TEXTS:
        bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        for version in (text, bare):
            out.update("".join(c if c.isalnum() else " " for c in version).split())
    return out


def word_piece():
    """characters that are common, the same inside words, and every third beginning and end of the words"""
    pieces = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##s", "un", "##aff", "##able"]
    characters = collections.Counter(c for word in words() for c in word)
    for character, count in sorted(characters.items()):
        pieces += [character] if count > 0 else []
        pieces += ["##" + character] if count > 1 else []
    pieces += list("!'(),-./:;?[]_\"，。！：؟、")
    for i, word in enumerate(sorted(words())):
        if len(word) > 3 and i % 3 == 0:
            pieces += [word[: len(word) // 2 + 1], "##" + word[len(word) // 2 + 1 :], word[:2]]
    pieces = list(dict.fromkeys(pieces))
    (GOLDEN / "word_piece.txt").write_text("".join(piece + "\n" for piece in pieces))


if __name__ == "__main__":
    word_piece()
