#!/usr/bin/env python3
"""Writes tests/golden/bleu/bleu.json: small corpora and the BLEU of each, as scripts/lib/bleu.py has it.

With --compare it holds that against sacrebleu (2.6.0), which has to be importable, over these and 20,000 more.
"""
import argparse
import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import bleu

OUT = pathlib.Path(__file__).resolve().parents[2] / "tests/golden/bleu/bleu.json"

# Corpora that show one thing each: [(written, references), ...]
CHOSEN = [
    [("The cat sat on the mat.", ["The cat sat on the mat."])],
    [("the the the the the the the", ["the cat is on the mat", "there is a cat on the mat"])],
    [("It cost 1,000.5 dollars, not 1.000,5.", ["It cost 1,000.5 dollars, not 1.000,5 ."])],
    [("In 1990-95 a well-known 3-year-old ran 5-.", ["In 1990 - 95 a well-known 3 -year-old ran 5 - ."])],
    [("He said &quot;no&quot; &amp; left &lt;now&gt;, &amp;lt; &amp;quot;", ["He said \"no\" & left <now>, < \""])],
    [("Wait... 1...2 ,,, a.b 3.a a.3 .5 5.", ["Wait . . . 1 . .2 , , , a . b 3 . a a . 3 .5 5 ."])],
    [("", [""]), ("", ["Something was meant here."]), ("Something was written.", [""])],
    [("", ["Nothing was written at all."])],
    [("one", ["one"])],
    [("two words", ["two words"]), ("three words here", ["three words here"])],
    [("entirely different", ["nothing in common"])],
    [("a b c d", ["a b c x"]), ("e f g h i", ["e f y h i"])],
    [("Die Straße führt über die Brücke nach Łódź.", ["Die Straße führt über eine Brücke nach Łódź."])],
    [("¿Dónde está la biblioteca?", ["¿Dónde está la biblioteca ?", "¿En dónde queda la biblioteca?"])],
    [("Привет, мир. Как дела?", ["Привет, мир! Как дела?"]), ("猫は椅子の上に座った。", ["猫が椅子の上に座った。"])],
    [("مرحبا بالعالم، كيف حالك؟", ["مرحبا بالعالم ، كيف حالك؟"]), ("१,२३४.५ रुपये", ["१,२३४.५ रुपये"])],
    [("no\u00a0break\u2009thin\u3000wide\x1cfile\x85next", ["no break thin wide file next"])],
    [("a line-\nbroken here\nand there-\n", ["a linebroken here and there-"])],
    [("a <skipped> word", ["a word"]), ("a<skipped>b", ["ab"])],
    [("Case Matters", ["case matters"]), ("case matters", ["case matters"])],
    [("short", ["a far longer one than that", "mid size one"]), ("a b c d e", ["a b c", "a b c d e f g"])],
    [("it's don't 'quoted' o'clock-ish", ["it's don't ' quoted ' o'clock-ish"])],
    [("{a} [b] (c) ~d| e\\f g^h_i `j` k@l:m;n<o=p>q?r/s!t\"u#v$w%x&y*z+", ["{ a } [ b ] ( c ) ~ d | e \\ f g ^ h _ i ` j ` k @ l : m ; n"])],
    [("😀 emoji, 👩‍👩‍👧 family.", ["😀 emoji , 👩‍👩‍👧 family ."])],
]

PIECES = ["the", "The", "cat", "sat", "on", "a", "mat", "1,000.5", "3.14", "10-12", "5-", "-5", "well-known", "end.", "end", ",", ".", "...",
          "&quot;", "&amp;", "&amp;lt;", "it's", "(so)", "[x]", "a/b", "50%", "$5", "é.", "Straße", "мир,", "мир", "猫。", "٣.٥", "\u00a0", "<skipped>", "x-\n", "😀"]


def sentence(random_, longest):
    words = [random_.choice(PIECES) for _ in range(random_.randint(0, longest))]
    return "".join(word + random_.choice([" ", " ", " ", "", "  "]) for word in words)


def changed(random_, text):
    """Mostly the same words, so that there is something to find."""
    words = text.split(" ")
    for _ in range(random_.randint(0, 3)):
        at = random_.randrange(len(words))
        words[at:at + random_.randint(0, 2)] = [random_.choice(PIECES)] * random_.randint(0, 2)
        words = words or [""]
    return " ".join(words)


def fuzzed(random_):
    references = random_.randint(1, 3)
    corpus = []
    for _ in range(random_.randint(1, 4)):
        meant = sentence(random_, random_.choice([3, 8, 20]))
        count = references if random_.random() < 0.8 else random_.randint(1, 4)
        corpus.append((changed(random_, meant), [meant] + [changed(random_, meant) for _ in range(count - 1)]))
    return corpus


def columns(corpus):
    return [written for written, _ in corpus], [references for _, references in corpus]


def compare():
    from sacrebleu.metrics import BLEU

    random_ = random.Random(2)
    corpora = CHOSEN + [fuzzed(random_) for _ in range(20000)]
    for corpus in corpora:
        written, references = columns(corpus)
        most = max(map(len, references))
        streams = [[lines[i] if i < len(lines) else None for lines in references] for i in range(most)]
        theirs, ours = BLEU().corpus_score(written, streams), bleu.corpus(written, references)
        same = (theirs.score, theirs.precisions, theirs.bp, theirs.counts, theirs.totals, theirs.sys_len, theirs.ref_len) == tuple(
            ours[key] for key in ("score", "precisions", "brevity_penalty", "matches", "totals", "length", "reference_length"))
        if not same:
            sys.exit(f"{corpus}: sacrebleu says {theirs}, bleu.py {ours}")
    print(f"{len(corpora)} corpora, the same to the last bit")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compare", action="store_true")
    if parser.parse_args().compare:
        return compare()
    random_ = random.Random(1)
    cases = []
    for corpus in CHOSEN + [fuzzed(random_) for _ in range(60)]:
        written, references = columns(corpus)
        cases.append({"written": written, "references": references, "words": [bleu.words(text) for text in written],
                      **bleu.corpus(written, references)})
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    OUT.write_text(f"[\n{lines}\n]\n")


main()
