"""What a person does on the pages of `heed explain`, in Chromium: check.py CHROMIUM FOLDER, where run has put the pages."""

import json
import sys

from browser import Browser, Page

failures = []


def expect(right, *what):
    if not right:
        failures.append(" ".join(str(each) for each in what))
        print("FAILED:", failures[-1])


def colours(page, panel):
    """Backgrounds of a panel's words, as they are computed."""
    return page.value(f"[...document.querySelectorAll('.panel.{panel} .word')].map((word) => getComputedStyle(word).backgroundColor)")


def settled(page):
    """After colours have faded over."""
    page.value("Promise.all(document.getAnimations().map((each) => each.finished.catch(() => 0)))")


def shares(page, panel):
    """The numbers under a panel's words."""
    return page.value(f"[...document.querySelectorAll('.panel.{panel} .share')].map((share) => share.textContent)")


def chosen(page):
    return page.value("[...document.querySelectorAll('[aria-selected=true]')].map((each) => each.textContent || each.ariaLabel)")


def picture(page):
    """A number that changes with any pixel of the heat."""
    return page.value("(() => { const canvas = document.querySelector('.picture canvas'), context = canvas.getContext('2d');"
                      " return context.getImageData(0, 0, canvas.width, canvas.height).data"
                      ".reduce((sum, part) => (31 * sum + part) % 2147483647, 7); })()")


def word(panel, number):
    return f".panel.{panel} .word:nth-child({number})"


def head(layer, number):
    return f"#heads [aria-label='layer {layer}, head {number}']"


def check_text(browser, folder, name, width, dark):
    """Two lines of words: hovering, pinning, keys, heads."""
    page = Page(browser, f"{folder}/{name}.html", width=width, height=900, dark=dark)
    about = f"{name} at {width}:"
    first = colours(page, "to")
    expect(len(set(first)) > 1, about, "expected words of several colours, got", first)
    total = sum(int(share[:-2]) for share in shares(page, "to") if share)
    expect(90 <= total <= 110, about, "expected shares that add up to about 100 %, got", total)
    expect(page.value("document.querySelectorAll('#curves path').length") > 0, about, "expected curves, got none")
    kept = chosen(page)
    number = 2 if kept != chosen_text(page, 2) else 3
    page.hover(word("from", number))
    settled(page)
    expect(colours(page, "to") != first, about, "a hover changed nothing")
    expect(chosen(page) == chosen_text(page, number), about, "expected the word under the pointer to be chosen, got", chosen(page))
    page.hover("h1")
    settled(page)
    expect(chosen(page) == kept and colours(page, "to") == first, about, "the pointer went and its word stayed")
    page.hover(word("to", 2))
    expect(any(shares(page, "from")) and not any(shares(page, "to")), about, "a word that is looked at lit nobody who looks")
    page.click(word("from", number))
    page.hover("h1")
    expect(chosen(page) == chosen_text(page, number), about, "a click pinned nothing")
    if width < 600:
        page.tap(word("from", 1))
        expect(chosen(page) == chosen_text(page, 1), about, "a finger pinned nothing")
        page.tap(word("from", number))
    page.key("ArrowRight")
    expect(chosen(page) == chosen_text(page, number + 1), about, "the arrow key went to", chosen(page))
    page.key("Home")
    expect(chosen(page) == chosen_text(page, 1), about, "Home went to", chosen(page))
    settled(page)
    mean = colours(page, "to")
    page.click(head(1, 2))
    settled(page)
    expect(colours(page, "to") != mean, about, "another head changed nothing")
    page.key("ArrowLeft")
    expect(page.value("document.activeElement.ariaLabel + document.activeElement.ariaChecked") == "layer 1, head 1true", about,
           "expected the arrow to choose the head beside it")
    expect("head 1" in page.value("document.getElementById('chosen').textContent"), about, "the page does not say what is shown")
    return page


def chosen_text(page, number):
    return [page.value(f"document.querySelector({json.dumps(word('from', number))}).textContent")]


def finish(page, about):
    wide = page.value("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    expect(wide <= 0, about, f"expected a page no wider than the window, got {wide} pixels more")
    for complaint in page.complaints():
        expect(False, about, complaint)
    page.close()


def check_translation(browser, folder, width, dark):
    page = check_text(browser, folder, "translate", width, dark)
    words = page.value("document.querySelectorAll('.word').length")
    page.click("#units button:nth-child(2)")
    expect(page.value("document.querySelectorAll('.word').length") > words, "translate: expected more pieces than words, got", words)
    for number, panel in ((2, "from"), (3, "to")):
        page.click(f"#kinds button:nth-child({number})")
        expect(any(shares(page, "to")), "translate: the attention of", panel, "shows nothing")
    finish(page, f"translate at {width}:")


def check_weights(browser, folder):
    """What the page shows against the exact weights, which another command wrote."""
    page = Page(browser, f"{folder}/translate.html")
    with open(f"{folder}/weights.json") as file:
        exact = json.load(file)
    worst = 0
    for layer in range(sum(key.startswith("attention.") for key in exact)):
        for number, rows in enumerate(exact[f"attention.{layer}"]):
            shown = page.value(f"Array.from(state.attention.maps[{layer}][{number}])")
            columns = len(rows[0])
            for i, row in enumerate(rows):
                worst = max([worst, *(abs(a - b) / max(row) for a, b in zip(row, shown[i * columns:(i + 1) * columns]))])
    expect(worst < 0.005, "translate: expected weights within half a per cent of a row's largest, got", worst)
    finish(page, "weights:")


def check_caption(browser, folder, width, dark):
    """Words that look at a picture."""
    page = Page(browser, f"{folder}/caption.html", width=width, dark=dark)
    about = f"caption at {width}:"
    page.value("new Promise((done) => { const look = () => (panels.to.photo.greys ? done() : setTimeout(look, 20)); look(); })")
    first = picture(page)
    expect(not any(shares(page, "from")), about, "the words are lit although a word is chosen")
    page.hover(".patches [role=row]:nth-child(1) .patch:nth-child(1)")
    expect(picture(page) != first and any(shares(page, "from")), about, "a place in the picture lit no words")
    page.hover("h1")
    expect(picture(page) == first, about, "the pointer went and its place stayed")
    finish(page, about)


def check_letters(browser, folder):
    """One head alone: the map itself is what a reader points at."""
    page = Page(browser, f"{folder}/letters.html")
    middle = page.middle("#heads button")
    top, height = page.value("(() => { const box = document.querySelector('#heads button').getBoundingClientRect();"
                             " return [box.y, box.height]; })()")
    count = page.value("panels.from.units.length")
    for row in (0, count - 1):
        page.send("Input.dispatchMouseEvent", type="mouseMoved", x=middle[0], y=top + height * (row + 0.5) / count)
        expect(chosen(page) == chosen_text(page, row + 1), "letters: expected row", row, "to be chosen, got", chosen(page))
    page.hover("h1")
    expect(len(page.value("document.querySelector('.axis.left').textContent")) > 0, "letters: the map has no letters beside it")
    finish(page, "letters:")


def rollout_of(exact):
    """Of the first token, down through all layers."""
    share = None
    for layer in reversed(range(sum(key.startswith("attention.") for key in exact))):
        heads = exact[f"attention.{layer}"]
        tokens = len(heads[0])
        share = share or [1.0] + [0.0] * (tokens - 1)
        share = [share[to] / 2 + sum(share[t] * heads[h][t][to] for h in range(len(heads)) for t in range(tokens)) / len(heads) / 2
                 for to in range(tokens)]
    return share


def check_picture(browser, folder, width, dark):
    page = Page(browser, f"{folder}/classify.html", width=width, dark=dark)
    about = f"classify at {width}:"
    page.value("new Promise((done) => { const look = () => (panels.to.photo.greys ? done() : setTimeout(look, 20)); look(); })")
    first = picture(page)
    page.hover(".patches [role=row]:nth-child(2) .patch:nth-child(3)")
    expect(picture(page) != first, about, "a hover changed nothing")
    expect(chosen(page)[0].startswith("row 2, column 3: "), about, "expected the patch under the pointer to be chosen, got", chosen(page))
    page.hover("h1")
    expect(picture(page) == first, about, "the pointer went and its patch stayed")
    page.click("#directions button:nth-child(2)")
    expect(picture(page) != first, about, "who looks at it is what it looks at")
    page.click("#directions button:nth-child(1)")
    page.click(head(1, 2))
    expect(picture(page) != first, about, "another head changed nothing")
    page.click("#heads [aria-label='rollout through all layers']")
    rolled = picture(page)
    expect(rolled != first, about, "rollout is the mean")
    page.click(".patches [role=row]:nth-child(3) .patch:nth-child(3)")
    page.key("ArrowDown")
    expect(chosen(page)[0].startswith("row 4, column 3: "), about, "the arrow key went to", chosen(page))
    if width > 1000:
        with open(f"{folder}/looked.json") as file:
            expected = rollout_of(json.load(file))
        shown = page.value("valuesFor({rollout: true}, {role: 'from', at: 0})")
        worst = max(abs(a - b) for a, b in zip(expected, shown)) / max(expected)
        expect(worst < 0.01, about, "expected the rollout of the exact weights, got one that is off by", worst)
    finish(page, about)


def check_hostile(browser, folder):
    """Words that are code, in a script that is read from the right."""
    page = Page(browser, f"{folder}/hostile.html")
    tokens = page.value("explained.sides.flatMap((side) => side.tokens)")
    expect(any("</script>" in token for token in tokens), "hostile: the model wrote nothing hostile:", tokens)
    expect(page.value("document.querySelectorAll('b, main img, main script').length") == 0, "hostile: a word became a part of the page")
    expect(page.value("window.failed") is None, "hostile: a word was run")
    line = page.value("[...document.querySelectorAll('.panel.from .word')].map((word) => word.getBoundingClientRect().x)")
    expect(len(line) > 1 and line[0] > line[1], "hostile: expected words from right to left, got them at", line)
    page.click(word("from", 1))
    page.key("ArrowLeft")
    expect(page.value("state.pinned.at") == 1, "hostile: expected the arrow to the left to go on, got", page.value("state.pinned.at"))
    finish(page, "hostile:")


def main(program, folder):
    with Browser(program) as browser:
        for width, dark in ((1280, False), (390, True)):
            check_translation(browser, folder, width, dark)
            finish(check_text(browser, folder, "fill-mask", width, dark), f"fill-mask at {width}:")
            check_picture(browser, folder, width, dark)
            check_caption(browser, folder, width, dark)
        check_weights(browser, folder)
        check_letters(browser, folder)
        check_hostile(browser, folder)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
