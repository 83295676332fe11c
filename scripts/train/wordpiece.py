"""BERT's uncased word pieces: learning a vocabulary, and cutting sentences up with it."""
import heapq
import json
import unicodedata
from collections import Counter, defaultdict

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNKNOWN, FIRST, LAST, MASK = range(5)


def is_mark(c):
    """What BERT cuts off as a word of its own."""
    return c.isascii() and c.isprintable() and not c.isalnum() and c != " " or unicodedata.category(c).startswith("P")


def words(line):
    """Lower-case words and marks, without accents."""
    line = "".join(c for c in unicodedata.normalize("NFD", line.lower()) if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if is_mark(c) else c for c in line).split()


def learnt(lines, size):
    """A vocabulary of `size`: every letter, then again and again the commonest two neighbours joined."""
    count = Counter(word for line in lines for word in words(line))
    cut = [([word[0], *("##" + c for c in word[1:])], n) for word, n in count.items()]
    pieces = list(dict.fromkeys([*SPECIAL, *sorted({piece for parts, _ in cut for piece in parts})]))
    pairs, places = Counter(), defaultdict(set)
    for at, (parts, n) in enumerate(cut):
        for pair in zip(parts, parts[1:]):
            pairs[pair] += n
            places[pair].add(at)
    queue = [(-n, pair) for pair, n in pairs.items()]
    heapq.heapify(queue)
    known = set(pieces)
    while len(pieces) < size and queue:
        n, pair = heapq.heappop(queue)
        if pairs[pair] != -n or not n:
            continue
        joined = pair[0] + pair[1][2:]
        if joined not in known:
            known.add(joined)
            pieces.append(joined)
        changed = set()
        for at in places.pop(pair):
            parts, n = cut[at]
            for old in zip(parts, parts[1:]):
                pairs[old] -= n
                changed.add(old)
            new, i = [], 0
            while i < len(parts):
                both = tuple(parts[i:i + 2]) == pair
                new.append(joined if both else parts[i])
                i += 2 if both else 1
            cut[at] = (new, n)
            for now in zip(new, new[1:]):
                pairs[now] += n
                places[now].add(at)
                changed.add(now)
        for pair in changed:
            heapq.heappush(queue, (-pairs[pair], pair))
    return pieces


class WordPiece:
    def __init__(self, pieces):
        self.pieces, self.number, self.known = pieces, {piece: i for i, piece in enumerate(pieces)}, {}

    def cut(self, word):
        """The longest piece from the left, again and again."""
        if word not in self.known:
            out, at = [], 0
            while at < len(word):
                for end in range(len(word), at, -1):
                    found = self.number.get(("##" if at else "") + word[at:end])
                    if found is not None:
                        break
                else:
                    out = [UNKNOWN]
                    break
                out.append(found)
                at = end
            self.known[word] = out
        return self.known[word]

    def encoded(self, line):
        return [FIRST, *(number for word in words(line) for number in self.cut(word)), LAST]


def write(folder, pieces, positions):
    """As Hugging Face's BertTokenizer reads them; `positions`: the longest row of pieces."""
    config = {
        "tokenizer_class": "BertTokenizer", "do_lower_case": True, "tokenize_chinese_chars": True, "strip_accents": None,
        "model_max_length": positions, "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
        "mask_token": "[MASK]",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
