"""What a person does on the report of `heed profile`, in Chromium: check_report.py CHROMIUM FOLDER, where run has put the pages."""

import json
import sys

from browser import Browser, Page
from check import expect, failures, finish


def texts(page, selector):
    return page.value(f"[...document.querySelectorAll({json.dumps(selector)})].map((each) => each.textContent)")


def shown(page, selector):
    """As a reader sees it: nothing of what is hidden."""
    return page.value(f"document.querySelector({json.dumps(selector)}).innerText")


def chosen(page):
    """The chosen dispatch as the panel, the roofline, the table and the memory map know it."""
    return page.value("[state.chosen.op, state.chosen.shape, document.querySelector('#chosen h2').textContent,"
                      " document.querySelector('.point.chosen')?.ariaLabel ?? '', document.querySelector('tr[aria-selected=true]')?.innerText ?? '',"
                      " document.querySelector('.tensor.chosen')?.ariaLabel ?? '']")


def expect_chosen(page, about, op):
    found = chosen(page)
    expect(found[0] == op and all(op in text for text in found[2:5]) and found[1] in found[3], about, "expected", op,
           "to be chosen in every view, got", found)
    expect(found[5] != "", about, "no tensor of the memory map is chosen:", found)


def window(page):
    return page.value("(({begin, end}) => [begin, end, end - begin])(views[2].view)")


def check_roofline(page, about):
    page.hover(".point[aria-label^='attention']")
    seen = shown(page, "#tip")
    expect(all(word in seen for word in ("attention", "x12x197x64", "attention_fused_f32", "of its roof", "compute: 182", "registers 120")),
           about, "expected op, shape, kernel and what the driver tells beside the pointer, got", seen)
    page.click(".point[aria-label^='attention']")
    expect_chosen(page, about, "attention")
    page.hover("h1")
    expect(page.value("document.getElementById('tip').hidden"), about, "the pointer went and what it showed stayed")
    expect_chosen(page, about, "attention")
    page.key("ArrowLeft")  # to another shape of it, which stands above
    page.key("ArrowLeft")
    expect_chosen(page, about, "layer_norm")
    expect("layer_norm" in shown(page, "#tip"), about, "a dot that a key went to says nothing of itself")
    points = page.value("document.querySelectorAll('.point').length")
    page.click("#ops button:nth-child(1)")
    expect(page.value("document.querySelectorAll('.point').length") < points, about, "an op was switched off and is still there")
    page.click("#ops button:nth-child(1)")
    expect(page.value("document.querySelectorAll('.point').length") == points, about, "an op was switched on again and is not there")


def check_table(page, about):
    def column(name):
        return page.value("((heads) => views[1].rows.map((row) => kGroupings[views[1].grouping].columns().find(({name}) => name === "
                          f"{json.dumps(name)}).value(row)))()")
    page.click("th:has(button[title='of the isolated runs']) button" if page.wide else "th[aria-sort] button")
    name = page.value("document.querySelector('th[aria-sort]').innerText").split("\n")[0].split(" ")[0]
    first = column(name)
    page.click("th[aria-sort] button")
    second = column(name)
    expect(sorted(first) in (first, first[::-1]) and sorted(second) in (second, second[::-1]) and first[0] != second[0], about,
           "expected", name, "to be sorted either way, got", first[:5], second[:5])
    page.click("#filter")
    page.write("attention fused")
    rows = texts(page, "#table tbody tr")
    expect(len(rows) == 24 and all("attention" in row for row in rows), about, "expected 24 lines of attention, got", len(rows), rows[:2])
    expect(shown(page, "#count").startswith("24 dispatches, "), about, "expected the count of what was found, got", shown(page, "#count"))
    expect(page.value("document.querySelectorAll('.point.dim').length") > 0, about, "the roofline does not show what was filtered")
    page.click("#table tbody tr:nth-child(3)")
    expect_chosen(page, about, "attention")
    at = page.value("state.chosen.at")
    page.key("ArrowDown")
    expect(page.value("state.chosen.at") != at, about, "the arrow key went nowhere in the table")
    page.value("document.getElementById('filter').value = '', document.getElementById('filter').dispatchEvent(new Event('input'))")
    page.click("#grouping button:nth-child(3)")
    expect(len(texts(page, "#table tbody tr")) == 6, about, "expected 6 ops, got", texts(page, "#table tbody tr"))
    number = 1 + page.value("views[1].rows.findIndex(({op}) => op === 'layer_norm')")
    page.click(f"#table tbody tr:nth-child({number})")
    rows = texts(page, "#table tbody tr")
    expect(len(rows) == 50 and all("layer_norm" in row for row in rows), about, "an op does not lead to its dispatches:", len(rows), rows[:2])
    page.value("document.getElementById('filter').value = '', document.getElementById('filter').dispatchEvent(new Event('input'))")


def check_timeline(page, about):
    whole = window(page)
    page.wheel("#tracks", -200, control=True)
    near = window(page)
    expect(near[2] < 0.9 * whole[2], about, "the wheel with Ctrl did not zoom:", whole, near)
    page.click("#zoom button:nth-child(3)")
    one = window(page)
    expect(one[2] < whole[2] / 20, about, "expected one round, got", one)
    page.drag("#tracks", -60)
    moved = window(page)
    expect(moved[0] > one[0] and abs(moved[2] - one[2]) < 2, about, "a drag did not move it:", one, moved)
    page.value("document.getElementById('timeline').focus()")
    page.wheel("#tracks", -200)
    expect(window(page)[2] < moved[2], about, "the wheel did not zoom although the timeline has the focus")
    before = window(page)
    page.key("ArrowUp")
    page.key("ArrowRight")
    after = window(page)
    expect(after[2] < before[2] and after[0] > before[0], about, "the keys did not zoom and move:", before, after)
    page.key("ArrowRight", shift=True)
    first = page.value("[state.chosen.plan.number, state.chosen.at]")
    page.key("ArrowRight", shift=True)
    second = page.value("[state.chosen.plan.number, state.chosen.at]")
    expect(first != second and ": " in shown(page, "#timeline-said"), about, "expected another dispatch, got", first, second)
    x, y = page.value("((view, box) => [box.x + view.xOf((view.current.begin + view.current.end) / 2),"
                      " box.y + view.tracks.at(-1).top + 8])(views[2], document.getElementById('tracks').getBoundingClientRect())")
    page.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    seen = shown(page, "#tip")
    expect(page.value("state.chosen.kernel.name") in seen and "here " in seen, about, "expected the slice beside the pointer, got", seen)
    if not page.wide:
        before = window(page)
        page.pinch("#tracks", 60, 180)
        expect(window(page)[2] < 0.6 * before[2], about, "two fingers did not zoom:", before, window(page))
    page.key("Home")
    expect(abs(window(page)[2] / whole[2] - 1) < 1e-9, about, "Home did not show all:", whole, window(page))


def check_memory(page, about):
    page.hover(".tensor:nth-child(9)")
    seen, name = shown(page, "#tip"), page.value("views[3].tensors[8].name")
    expect(name in seen and "MiB" in seen and "dispatch " in seen, about, "expected a tensor's name, bytes and dispatches, got", seen)
    page.click(".tensor:nth-child(9)")
    expect(page.value("state.chosen.at === views[3].tensors[8].first && state.chosen.plan === views[3].plan"), about,
           "a tensor did not choose its writer")


def check_plans(page, about):
    points = page.value("document.querySelectorAll('.point').length")
    page.click("#plan button:nth-child(2)")
    expect(page.value("document.querySelectorAll('.point').length") < points, about, "one plan has as many dots as all of them")
    expect("encode 1x197" in shown(page, "#memory-name") and page.value("state.chosen.plan.name") == "encode 1x197", about,
           "the plan was not taken over")
    page.click("#plan button:nth-child(1)")


def check_encoder(browser, folder, width, dark):
    page = Page(browser, f"{folder}/encoder.html", width=width, dark=dark)
    page.wide = width > 600
    about = f"report at {width}:"
    sentence = shown(page, "#sentence")
    expect(all(word in sentence for word in ("matmul", "compute", "32", "788x3072 * 3072x768 -> 788x768")), about,
           "expected the slowest kernel and its bound in a sentence, got", sentence)
    expect("software device" in shown(page, "#device"), about, "the page does not say that the device is software")
    expect(page.value("getComputedStyle(document.body).backgroundColor") == ("rgb(22, 24, 29)" if dark else "rgb(255, 255, 255)"), about,
           "the page does not follow the reader's colours")
    check_roofline(page, about)
    check_table(page, about)
    check_timeline(page, about)
    check_memory(page, about)
    check_plans(page, about)
    if not page.wide:
        page.tap(".point[aria-label^='binary']")
        expect(page.value("state.chosen.op") == "binary", about, "a finger chose nothing")
        expect(not page.value("document.getElementById('chosen-all').checkVisibility()"), about, "expected one line of the chosen dispatch")
        page.click(".more")
        expect(page.value("document.getElementById('chosen-all').checkVisibility()"), about, "expected all of the chosen dispatch")
    expect(page.value("document.querySelectorAll('.strip circle').length") == 30, about, "expected a dot for each of 30 samples")
    finish(page, about)


def check_numbers(browser, folder):
    """The page's line through the levels of memory is the one that the roofs were made from."""
    page = Page(browser, f"{folder}/translator.html")
    worst = page.value("Math.max(...dispatches.filter(({rating}) => rating.limit === 'memory')"
                       ".map(({bytes, rating}) => Math.abs(bytes / bandwidthAt(bytes) / rating.best - 1)))")
    expect(worst < 1e-9, "translator: expected the roofs' own bandwidths, got one that is off by", worst)
    share = page.value("dispatches.reduce((sum, dispatch) => sum + dispatch.share, 0)")
    expect(abs(share - 1) < 1e-9, "translator: expected shares that add up to 1, got", share)
    finish(page, "translator:")


def check_hostile(browser, folder):
    """Code for names of everything."""
    for dark in (False, True):
        page = Page(browser, f"{folder}/hostile.html", dark=dark)
        for word in ("subject", "note", "device", "plan", "statistic", "value", "tensor", "shape", "kernel"):
            found = page.value(f"document.body.innerHTML.includes('{word} &lt;/script&gt;')")
            if word == "tensor":
                page.click("#plan button:nth-child(3)")
                page.hover(".tensor")
                found = "tensor </script>" in shown(page, "#tip")
            expect(found, "hostile: expected the", word, "to be shown as text")
        page.value("document.querySelectorAll('button').forEach((button) => button.click())")
        expect(page.value("document.querySelectorAll('b, main img, main script').length") == 0, "hostile: a name became a part of the page")
        expect(page.value("window.failed") is None, "hostile: a name was run")
        finish(page, "hostile:")


def check_without(browser, folder):
    page = Page(browser, f"{folder}/untimed.html")
    expect("timed by the host" in shown(page, "#device"), "untimed: the page does not say who timed")
    expect(page.value("document.querySelectorAll('.point').length") > 3, "untimed: there is nothing to point at")
    finish(page, "untimed:")
    page = Page(browser, f"{folder}/nothing.html", width=390)
    expect("Nothing was timed." in shown(page, "#sentence"), "nothing: the page does not say that nothing was timed")
    finish(page, "nothing:")


def main(program, folder):
    with Browser(program) as browser:
        for width, dark in ((1360, False), (1280, True), (390, False), (390, True)):
            check_encoder(browser, folder, width, dark)
        check_numbers(browser, folder)
        check_hostile(browser, folder)
        check_without(browser, folder)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
