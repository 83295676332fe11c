"""Sentence pairs: reading, splitting, subwords."""
import gzip
import io
import json
import random

import sentencepiece

from splits import split_of

END, UNKNOWN = 0, 1


def pairs(path):
    """The lines of each split: {'train': [(English, Spanish)], 'dev': ..., 'test': ...}."""
    found = {"train": [], "dev": [], "test": []}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            english, spanish = line.rstrip("\n").split("\t")
            found[split_of(english)].append((english, spanish))
    return found


def with_references(lines):
    """Distinct English sentences in order, and every Spanish one given for each."""
    by = {}
    for english, spanish in lines:
        by.setdefault(english, []).append(spanish)
    return list(by), list(by.values())


class Subwords:
    """One SentencePiece model for both languages, under OPUS-MT's numbers: </s> 0, <unk> 1, the pieces, <pad> last."""

    def __init__(self, model):
        self.raw = model
        self.spm = sentencepiece.SentencePieceProcessor(model_proto=model)
        pieces = [self.spm.id_to_piece(i) for i in range(self.spm.get_piece_size())]
        plain = [piece for i, piece in enumerate(pieces) if not self.spm.is_control(i) and not self.spm.is_unknown(i)]
        self.vocabulary = {piece: i for i, piece in enumerate(["</s>", "<unk>", *plain, "<pad>"])}
        self.pad = len(self.vocabulary) - 1
        self.number = [self.vocabulary.get(piece, UNKNOWN) for piece in pieces]
        self.piece = list(self.vocabulary)

    @staticmethod
    def learnt(lines, size):
        """Unigram pieces over `lines`, such that there are `size` numbers in all."""
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=model, model_type="unigram", vocab_size=size - 1, character_coverage=1.0,
            normalization_rule_name="nmt_nfkc", split_digits=True, bos_id=-1, eos_id=0, unk_id=1, num_threads=2, minloglevel=1)
        return Subwords(model.getvalue())

    def encoded(self, lines):
        return [[self.number[i] for i in line] + [END] for line in self.spm.encode(lines)]

    def decoded(self, numbers):
        return self.spm.decode_pieces([self.piece[i] for i in numbers if i not in (END, self.pad)])

    def write(self, folder, source, target):
        config = {"tokenizer_class": "MarianTokenizer", "source_lang": source, "target_lang": target, "separate_vocabs": False,
                  "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>", "model_max_length": 512}
        (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
        for name in ("source.spm", "target.spm"):
            (folder / name).write_bytes(self.raw)
        (folder / "vocab.json").write_text(json.dumps(self.vocabulary, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def roughened(english, spanish, dice):
    """The pair as people type it: now and then without its last mark, or without capitals, or with a typographer's apostrophe."""
    if dice.random() < 0.08 and english[-1] in ".?!":
        if english[-1] == "." and spanish[-1] == ".":
            spanish = spanish[:-1]
        english = english[:-1]
    if dice.random() < 0.08:
        english = english[0].lower() + english[1:] if dice.random() < 0.6 else english.lower()
    if dice.random() < 0.2:
        english = english.replace("'", "’")
    return english, spanish


def epoch(lines, seed, joined=0.06):
    """The lines of one pass in a new order, roughened; some are followed by another one in the same line."""
    dice = random.Random(seed)
    order = dice.sample(range(len(lines)), len(lines))
    said = []
    for at in order:
        english, spanish = roughened(*lines[at], dice)
        while dice.random() < joined:
            more = lines[dice.randrange(len(lines))]
            english, spanish = english + " " + more[0], spanish + " " + more[1]
        said.append((english, spanish))
    return said
