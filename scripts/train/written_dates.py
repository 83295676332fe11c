"""Dates from 1900 to 2099 and the many ways in which people write them in English.

Orders of numbers alone are read by their marks: with slashes the month comes first, with dots or hyphens the day, unless that would make a
month above 12; and a year of four digits in front is followed by month and day. A year of two digits is one of 1969 to 2068, as POSIX
has it.
"""
import datetime
import re

import splits

FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)
SHORT_YEARS = range(1969, 2069)
MONTHS = ("january february march april may june july august september october november december").split()
DAYS = ("monday tuesday wednesday thursday friday saturday sunday").split()
ONES = ("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
        "seventeenth eighteenth nineteenth twentieth").split()
NTH = [*ONES, *(f"twenty-{one}" for one in ONES[:9]), "thirtieth", "thirty-first"]
PARTS = 20  # one date in 20 is for the test, one for development
WORDS = (  # d: day, n: nth, m: month, y: year; a weekday may stand before or behind, and a comma be missing
    ("{d} {m} {y}", 10), ("{d} {m}, {y}", 3), ("{n} {m} {y}", 8), ("{n} of {m} {y}", 5), ("{n} of {m}, {y}", 3),
    ("the {n} of {m} {y}", 7), ("the {n} of {m}, {y}", 4), ("the {n} {m} {y}", 2), ("{m} {d}, {y}", 12), ("{m} {n}, {y}", 8),
    ("{m} the {n}, {y}", 3), ("{y} {m} {d}", 2), ("{d}-{m}-{y}", 4), ("{d}. {m} {y}", 3), ("{d}/{m}/{y}", 1), ("{d}.{m}.{y}", 1),
    ("{m}-{d}-{y}", 1), ("{d}{m}{y}", 1), ("{y}-{m}-{d}", 1), ("on {m} {d}, {y}", 1), ("on the {n} of {m}, {y}", 2),
    ("{y}, {m} {n}", 1), ("{y}, {m} {d}", 1), ("{y}, the {n} of {m}", 1), ("{n} day of {m}, {y}", 1), ("{d} of {m} {y}", 1),
    ("{m}, {d} {y}", 1))
NUMBERS = (
    ("{d}.{M}.{y}", 20), ("{d}. {M}. {y}", 3), ("{M}/{d}/{y}", 20), ("{M} / {d} / {y}", 2), ("{d}-{M}-{y}", 8), ("{Y}-{MM}-{DD}", 12),
    ("{Y}/{MM}/{DD}", 5), ("{Y}/{M}/{d}", 2), ("{Y}.{MM}.{DD}", 3), ("{Y}.{M}.{d}", 1), ("{Y}{MM}{DD}", 3), ("{Y} {MM} {DD}", 1),
    ("{Y}-{M}-{d}", 1))


def days():
    """{'train': [date], 'dev': ..., 'test': ...}, by the hash of what stands in the ISO form."""
    found = {"train": [], "dev": [], "test": []}
    for number in range(FIRST.toordinal(), LAST.toordinal() + 1):
        day = datetime.date.fromordinal(number)
        found[{0: "test", 1: "dev"}.get(splits.fnv(day.isoformat().encode()) % PARTS, "train")].append(day)
    return found


def chosen(dice, weighted):
    return dice.choices([one for one, _ in weighted], [weight for _, weight in weighted])[0]


def mistyped(word, dice):
    """A letter inside left out, doubled, or changed for its neighbour."""
    at = dice.randrange(1, len(word) - 1)
    return dice.choice((word[:at] + word[at + 1:], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2:]))


def named(name, dice, short):
    """A month or weekday in full or by its first letters."""
    if len(name) > 4 and dice.random() < 0.04:
        return mistyped(name, dice)
    if len(name) > 3 and dice.random() < 0.4:
        return name[:4 if name in short and dice.random() < 0.6 else 3] + "." * (dice.random() < 0.25)
    return name


def nth(day, dice):
    if dice.random() < 0.15:
        return NTH[day - 1].replace("-", " ") if dice.random() < 0.3 else NTH[day - 1]
    return f"{day}" + ("th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")) if dice.random() < 0.97 else f"{day}th"


def year(day, dice, words):
    if day.year not in SHORT_YEARS or dice.random() < 0.65:
        return str(day.year)
    return ("'" if words and dice.random() < 0.4 else "") + f"{day.year % 100:02}"


def cased(text, dice):
    names = re.sub(r"\b(?!of|the|on|day)[a-z]", lambda found: found[0].upper(), text)
    return dice.choices((text, names, text.upper()), (4, 5, 1))[0]


def written(day, dice):
    """One of the ways."""
    full = {"Y": day.year, "MM": f"{day.month:02}", "DD": f"{day.day:02}"}
    if dice.random() < 0.3:
        wide = "02" if dice.random() < 0.5 else ""
        d, m = format(day.day, wide), format(day.month, wide)
        style = chosen(dice, NUMBERS)
        if day.day > 12 and style.endswith("{y}") and dice.random() < 0.12:
            d, m = m, d
        text = style.format(**full, d=d, M=m, y=year(day, dice, False))
    else:
        style, month = chosen(dice, WORDS), named(MONTHS[day.month - 1], dice, ("september", "june", "july"))
        last = style.endswith("{y}") and style != "{d}{m}{y}"  # elsewhere two digits would be a day
        short = year(day, dice, True) if last else str(day.year)
        text = style.format(d=format(day.day, "02" if dice.random() < 0.2 else ""), n=nth(day.day, dice), m=month, y=short)
        weekday, where = named(DAYS[day.weekday()], dice, ("tuesday", "thursday")), dice.random()
        if where < 0.18 and not style.startswith(("on", "{y}")):
            text = weekday + dice.choice((", ", " ")) + text
        elif where < 0.22:
            text += dice.choice((", {}", " ({})", " {}")).format(weekday)
        if dice.random() < 0.25:
            text = text.replace(",", "")
        text = cased(text, dice)
    if dice.random() < 0.05:
        text = text.replace(" ", "  ", 1)
    return text + ("." if dice.random() < 0.02 else "")
