"use strict";
// The numbers of the page: unpacked, averaged, read along rows and columns.
const explained = JSON.parse(document.getElementById("explanation").textContent);

const kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function digitsOf(text) {
  if (explained.base === 256) {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  }
  const values = new Uint8Array(128);
  [...kDigits].forEach((c, i) => { values[c.charCodeAt(0)] = i; });
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) {
    out[i] = values[text.charCodeAt(i)];
  }
  return out;
}

// Rows of `columns` weights.
function unpacked(text, columns) {
  const base = explained.base, digits = digitsOf(text), rows = digits.length / (columns + 3);
  const out = new Float32Array(rows * columns);
  for (let row = 0, at = 0, to = 0; row < rows; ++row) {
    const largest = (digits[at] + base * (digits[at + 1] + base * digits[at + 2])) / (base ** 3 - 1);
    at += 3;
    for (let column = 0; column < columns; ++column, ++at, ++to) {
      out[to] = largest * (digits[at] / (base - 1)) ** 2;
    }
  }
  return out;
}

const tokensOf = (side) => side.tokens.length + (side.picture ? side.picture.rows * side.picture.columns : 0);

function meanOf(maps) {
  const out = new Float32Array(maps[0].length);
  for (const map of maps) {
    for (let i = 0; i < out.length; ++i) {
      out[i] += map[i] / maps.length;
    }
  }
  return out;
}

// One kind of attention. A choice is {layer, head}, of which null is the mean over all, or {rollout: true}.
class Attention {
  constructor(kind) {
    this.kind = kind;
    this.rows = tokensOf(explained.sides[kind.from]);
    this.columns = tokensOf(explained.sides[kind.to]);
    this.maps = kind.layers.map((text) => {
      const all = unpacked(text, this.columns), each = this.rows * this.columns;
      return Array.from({length: kind.heads}, (_, head) => all.subarray(head * each, (head + 1) * each));
    });
    this.means = this.maps.map((heads) => (heads.length === 1 ? heads[0] : meanOf(heads)));
    this.mean = this.means.length === 1 ? this.means[0] : meanOf(this.means);
  }

  get selfish() {
    return this.kind.from === this.kind.to;
  }

  matrix({layer, head}) {
    if (layer === null) {
      return this.mean;
    }
    return head === null ? this.means[layer] : this.maps[layer][head];
  }

  // What tokens with these shares of the looking [T] look at [S].
  looks(choice, shares) {
    if (!choice.rollout) {
      return this.along(this.matrix(choice), shares);
    }
    let share = shares;
    for (const mean of [...this.means].reverse()) {
      const seen = this.along(mean, share);
      share = seen.map((weight, i) => (weight + share[i]) / 2);
    }
    return share;
  }

  // How much each token [T] looks at those that are wanted [S].
  lookers(choice, wanted) {
    if (!choice.rollout) {
      return this.across(this.matrix(choice), wanted);
    }
    let got = wanted;
    for (const mean of this.means) {
      const given = this.across(mean, got);
      got = given.map((weight, i) => (weight + got[i]) / 2);
    }
    return got;
  }

  along(matrix, shares) {
    const out = new Float32Array(this.columns);
    for (let row = 0; row < this.rows; ++row) {
      for (let column = 0, at = row * this.columns; shares[row] !== 0 && column < this.columns; ++column, ++at) {
        out[column] += shares[row] * matrix[at];
      }
    }
    return out;
  }

  across(matrix, wanted) {
    const out = new Float32Array(this.rows);
    for (let row = 0, at = 0; row < this.rows; ++row) {
      for (let column = 0; column < this.columns; ++column, ++at) {
        out[row] += wanted[column] * matrix[at];
      }
    }
    return out;
  }
}

// What a side is shown as: words, or the tokens themselves; of a picture its patches behind them.
function unitsOf(side, pieces) {
  const units = [];
  side.tokens.forEach((token, i) => {
    if (i > 0 && !pieces && side.words.length > 0 && side.words[i] === side.words[i - 1]) {
      units.at(-1).text += token;
      units.at(-1).tokens.push(i);
    } else {
      units.push({text: token, tokens: [i]});
    }
  });
  for (const unit of units) {
    unit.text = unit.text.trim() || "\u2423";
  }
  const cells = side.picture ? side.picture.rows * side.picture.columns : 0;
  for (let cell = 0; cell < cells; ++cell) {
    const row = Math.floor(cell / side.picture.columns), column = cell % side.picture.columns;
    units.push({text: `patch ${row + 1}, ${column + 1}`, tokens: [side.tokens.length + cell], row, column});
  }
  return units;
}

// A word looks as its parts do on average, and what goes to its parts goes to it.
function seenBy(attention, choice, unit, targets) {
  const shares = new Float32Array(attention.rows);
  unit.tokens.forEach((token) => { shares[token] = 1 / unit.tokens.length; });
  const seen = attention.looks(choice, shares);
  return targets.map((target) => target.tokens.reduce((sum, token) => sum + seen[token], 0));
}

function seersOf(attention, choice, unit, sources) {
  const wanted = new Float32Array(attention.columns);
  unit.tokens.forEach((token) => { wanted[token] = 1; });
  const got = attention.lookers(choice, wanted);
  return sources.map((source) => source.tokens.reduce((sum, token) => sum + got[token], 0) / source.tokens.length);
}
