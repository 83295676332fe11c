"""Which part of its data a line belongs to, by a hash that any language can repeat."""
PARTS = 60  # one part in 60 is the test split, one is for development


def fnv(data):
    """FNV-1a, 64 bits."""
    h = 0xcbf29ce484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001b3 & 0xffffffffffffffff
    return h


def key(text):
    """ASCII letters in lower case and digits: what is left of a line whose capitals, spaces and marks do not count."""
    return bytes(byte for byte in text.encode().lower() if 97 <= byte <= 122 or 48 <= byte <= 57)


def split_of(text):
    """'test', 'dev' or 'train', such that no line of one split stands in another with other capitals, spaces or marks."""
    return {0: "test", 1: "dev"}.get(fnv(key(text)) % PARTS, "train")
