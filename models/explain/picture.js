// Colours, and pictures under them.
const kSteps = explained.colours.light.length / 6;
const night = matchMedia("(prefers-color-scheme: dark)");

const byteAt = (digits, at) => parseInt(digits.slice(at, at + 2), 16);
const scaleOf = (digits) => Array.from({length: kSteps}, (_, i) => [0, 2, 4].map((k) => byteAt(digits, 6 * i + k)));
const scales = Object.fromEntries(Object.entries(explained.colours).map(([name, digits]) => [name, scaleOf(digits)]));

function fromScale(scale, level) {
  const at = level * (kSteps - 1), below = Math.floor(at), above = Math.min(below + 1, kSteps - 1);
  return scale[below].map((part, i) => part + (at - below) * (scale[above][i] - part));
}

// Colours by level, three bytes each: what is drawn has too many cells for anything slower.
const kLevels = 256;
const tableOf = (colour) => Uint8ClampedArray.from(Array.from({length: kLevels}, (_, i) => colour(i / (kLevels - 1))).flat());
const tables = Object.fromEntries(Object.entries(scales).map(([name, scale]) => [name, tableOf((level) => fromScale(scale, level))]));
tables.photo = tables.black.map((black, i) => black + 0.8 * (tables.white[i] - black)); // where the photo is fairly light

const heatTable = () => (night.matches ? tables.dark : tables.light);
const placeOf = (level) => 3 * Math.round((kLevels - 1) * Math.min(Math.max(level, 0), 1));
const heat = (level) => Array.from(heatTable().subarray(placeOf(level), placeOf(level) + 3));
const css = ([red, green, blue]) => `rgb(${red}, ${green}, ${blue})`;
const isLight = ([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue > 140;

// A cell of a canvas for each value.
function drawCells(canvas, columns, values, level, table = heatTable()) {
  canvas.width = columns;
  canvas.height = values.length / columns;
  const image = new ImageData(canvas.width, canvas.height);
  for (let i = 0; i < values.length; ++i) {
    const place = placeOf(level(values[i]));
    for (let part = 0; part < 3; ++part) {
      image.data[4 * i + part] = table[place + part];
    }
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

const kBlack = 0.35; // how light the photo's black is under the heat

// A photo with heat over it: each value in the middle of its patch as it is, and even slopes between.
class HeatedPhoto {
  constructor(picture, canvas) {
    this.picture = picture;
    this.canvas = canvas;
    const enlarged = Math.max(1, Math.ceil(384 / Math.max(picture.width, picture.height)));
    canvas.width = picture.width * enlarged;
    canvas.height = picture.height * enlarged;
    this.values = null;
    const image = new Image();
    image.onload = () => {
      const context = canvas.getContext("2d", {willReadFrequently: true});
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      this.readGreys(context.getImageData(0, 0, canvas.width, canvas.height).data);
      this.paint();
    };
    image.src = "data:image/png;base64," + picture.png;
  }

  readGreys(pixels) {
    const {darkest, lightest} = this.picture;
    this.greys = new Float32Array(pixels.length / 4);
    for (let i = 0; i < this.greys.length; ++i) {
      const light = (0.299 * pixels[4 * i] + 0.587 * pixels[4 * i + 1] + 0.114 * pixels[4 * i + 2]) / 255;
      this.greys[i] = kBlack + (1 - kBlack) * Math.min(Math.max((light - darkest) / (lightest - darkest), 0), 1);
    }
  }

  show(values, least, largest) {
    this.values = values.map((value) => (largest > least ? (value - least) / (largest - least) : 0));
    this.paint();
  }

  paint() {
    if (!this.greys || !this.values) {
      return; // the picture or the weights are still to come
    }
    const {width, height} = this.canvas, {rows, columns} = this.picture, values = this.values;
    const image = new ImageData(width, height);
    const across = between(width, columns);
    between(height, rows).forEach(({before: above, after: below, part: down}, y) => {
      for (let x = 0; x < width; ++x) {
        const {before, after, part} = across[x];
        const upper = values[above * columns + before] * (1 - part) + values[above * columns + after] * part;
        const lower = values[below * columns + before] * (1 - part) + values[below * columns + after] * part;
        const place = placeOf(upper * (1 - down) + lower * down), at = y * width + x, grey = this.greys[at];
        for (let i = 0; i < 3; ++i) {
          image.data[4 * at + i] = tables.black[place + i] + grey * (tables.white[place + i] - tables.black[place + i]);
        }
        image.data[4 * at + 3] = 255;
      }
    });
    this.canvas.getContext("2d").putImageData(image, 0, 0);
  }
}

// For each of `length` pixels the two cells whose middles it lies between, and how far it is on its way to the second.
function between(length, cells) {
  return Array.from({length}, (_, i) => {
    const at = Math.min(Math.max((i + 0.5) / length * cells - 0.5, 0), cells - 1), before = Math.floor(at);
    return {before, after: Math.min(before + 1, cells - 1), part: at - before};
  });
}
