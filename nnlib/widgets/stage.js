// The stage: draws a scene that Python describes (widgets/stage.py) on a canvas.
//
// One plain ES module, no build step, nothing from the network. Read it from the bottom: `render`
// makes a view, `apply` takes a frame from Python, `paint` draws panels, and `DRAW` has one
// function per kind of item, each with a twin of the same name in plot/render.py.
//
// Units: a "design pixel" is a CSS pixel when the picture has its full width. Data coordinates
// become design pixels through `axis`.

/** @typedef {{kind: string, props: Object, arrays: Object<string, any>, cache: Object}} Item */
/** @typedef {{looks: Object, items: Map<string, Item>}} Panel */
/** @typedef {{panels: Map<string, Panel>, reset: Object, summary: string, views: Set<Function>,
 *   dirty: Set<string>, everything: boolean, seq: number, draw: Function}} Scene */

const FONT = '"Helvetica Neue", Helvetica, Arial, "DejaVu Sans", sans-serif';
const TYPES = { float32: Float32Array, int16: Int16Array, int8: Int8Array, uint8: Uint8Array };
/** The number that stands for 1 in the levels of a heat map. */
const fullLevel = (level) => (level instanceof Int16Array ? 32767 : 127);
const HIT = 12; // design pixels within which the pointer finds something
// CSS pixels per design pixel, at least: in a narrower window, or zoomed in, one scrolls sideways
// instead of reading letters that shrink as fast as the browser's zoom enlarges them.
const SMALLEST = 0.75;
const HELP = {
  drag: "Arrow keys: move",
  point: "Arrow keys: move, Enter: click, Space: hold",
  click: "Enter: click",
  look: "Arrow keys: move",
};

// ------------------------------------------------------------------ numbers and coordinates

/** A number for people: three digits, a real minus sign. */
function format(v) {
  if (!Number.isFinite(v)) return Number.isNaN(v) ? "NaN" : v < 0 ? "−∞" : "∞";
  const size = Math.abs(v);
  const text =
    size !== 0 && (size >= 1e4 || size < 1e-3) ? v.toExponential(1) : String(+v.toPrecision(3));
  return text.replaceAll("-", "−");
}

/** Map between data and design pixels along one axis; the y axis points up. */
function axis(panel, which) {
  const { frame, [which]: limits, [which + "scale"]: scale } = panel.looks;
  const bend = scale === "log" ? (v) => Math.log10(Math.max(v, 1e-300)) : (v) => v;
  const [lo, hi] = limits.map(bend);
  const start = which === "x" ? frame[0] : frame[1] + frame[3];
  const length = which === "x" ? frame[2] : -frame[3];
  const slope = length / (hi - lo);
  const to = (v) => start + (bend(v) - lo) * slope;
  to.inverse = (pixel) => {
    const v = lo + (pixel - start) / slope;
    return scale === "log" ? 10 ** v : v;
  };
  return to;
}

const inside = ([left, top, width, height], x, y) =>
  x >= left && x <= left + width && y >= top && y <= top + height;

// ------------------------------------------------------------------ colours

const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const blend = (a, b, share) => a.map((v, i) => v + (b[i] - v) * share);
const css = (rgb) => `rgb(${rgb.map(Math.round).join(",")})`;

function isDark() {
  const jupyter = document.body.dataset.jpThemeLight;
  if (jupyter !== undefined) return jupyter === "false";
  if (document.body.classList.contains("vscode-dark")) return true;
  return false;
}

/** Everything about colour that the drawing functions ask for. */
function paletteOf(scene) {
  const dark = isDark();
  const theme = dark ? "dark" : "light";
  const names = scene.reset.themes[theme];
  const { colours, markers } = scene.reset.classes;
  const ground = channels(names.background);
  const [negative, positive] = ["negative", "positive"].map((s) => channels(names[scene.reset.sign[s]]));
  return {
    dark,
    ground,
    get: (name) => names[name],
    forWords: (name) => scene.reset.words[theme][name],
    ofClass: (k) => names[colours[k % 10]],
    markerOf: (k) => markers[k % 10],
    /** Blue below zero, the background at zero, orange above. */
    diverging: (v, most = 1) => blend(ground, v < 0 ? negative : positive, most * Math.min(1, Math.abs(v))),
  };
}

// ------------------------------------------------------------------ one function per kind of item
// Each gets the 2-D context, the item, the palette, and x, y: data -> design pixels.

const DRAW = {
  heat(g, { arrays, props, cache }, palette, x, y) {
    const { level, extent, classes } = arrays;
    const [tiles, rows, columns] = level.shape;
    if (cache.dark !== palette.dark || cache.level !== level || cache.classes !== classes) {
      cache.pictures = [];
      for (let t = 0; t < tiles; t++) cache.pictures.push(heatPicture(level, classes, t, props, palette));
      Object.assign(cache, { dark: palette.dark, level, classes });
    }
    for (let t = 0; t < tiles; t++) {
      const [x0, x1, y0, y1] = extent.subarray(4 * t, 4 * t + 4);
      const [left, top] = [x(x0), y(y1)];
      g.imageSmoothingEnabled = props.smooth;
      g.imageSmoothingQuality = "low";
      g.drawImage(cache.pictures[t], left, top, x(x1) - left, y(y0) - top);
      if (props.contour) {
        const at = (c, r) => [x(x0 + ((c + 0.5) / columns) * (x1 - x0)), y(y0 + ((r + 0.5) / rows) * (y1 - y0))];
        g.strokeStyle = palette.get("ink");
        g.lineWidth = 2;
        zeroLine(g, level.subarray(t * rows * columns), rows, columns, at);
      }
    }
  },

  points(g, { arrays, props }, palette, x, y) {
    const { classes, values } = arrays;
    const dense = g.getTransform().a;
    const pictureOf = (kind, level) => {
      let colour = classes ? palette.ofClass(kind) : palette.get(props.colour);
      let edge = palette.get("background");
      if (values) [colour, edge] = [css(palette.diverging(level / 32)), palette.get("muted")];
      if (props.hollow) [colour, edge] = [edge, colour];
      const shape = classes ? palette.markerOf(kind) : props.marker;
      return sprite(shape, props.size, colour, edge, props.hollow ? 2 : 1, dense);
    };
    const pictures = new Map(); // there are many points of few looks
    for (let i = 0; i < arrays.x.length; i++) {
      const [px, py] = [x(arrays.x[i]), y(arrays.y[i])];
      if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
      const kind = classes ? classes[i] : 0;
      const level = values ? Math.round(32 * values[i]) : 0;
      const look = kind + 256 * level;
      if (!pictures.has(look)) pictures.set(look, pictureOf(kind, level));
      const { canvas, half } = pictures.get(look);
      g.drawImage(canvas, px - half, py - half, 2 * half, 2 * half);
    }
  },

  line(g, { arrays, props }, palette, x, y) {
    g.beginPath();
    let pen = false;
    for (let i = 0; i < arrays.x.length; i++) {
      const [px, py] = [x(arrays.x[i]), y(arrays.y[i])];
      const there = Number.isFinite(px) && Number.isFinite(py);
      if (there) pen ? g.lineTo(px, py) : g.moveTo(px, py);
      pen = there;
    }
    const colour = palette.get(props.colour);
    if (props.fill) {
      g.fillStyle = colour + "33";
      g.fill();
    }
    g.strokeStyle = colour;
    g.lineWidth = props.width;
    g.setLineDash(props.dash);
    g.stroke();
    g.setLineDash([]);
  },

  arrows(g, { arrays, props }, palette, x, y) {
    g.strokeStyle = g.fillStyle = palette.get(props.colour);
    g.lineWidth = props.width;
    for (let i = 0; i < arrays.x0.length; i++) {
      const [ax, ay, bx, by] = [x(arrays.x0[i]), y(arrays.y0[i]), x(arrays.x1[i]), y(arrays.y1[i])];
      const length = Math.hypot(bx - ax, by - ay);
      if (!(length > 0.5)) continue;
      const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
      const head = Math.min(4 + 3 * props.width, 0.7 * length);
      const [cx, cy] = [bx - ux * head, by - uy * head];
      g.beginPath();
      g.moveTo(ax, ay);
      g.lineTo(cx, cy);
      g.stroke();
      g.beginPath();
      g.moveTo(bx, by);
      g.lineTo(cx - 0.45 * head * uy, cy + 0.45 * head * ux);
      g.lineTo(cx + 0.45 * head * uy, cy - 0.45 * head * ux);
      g.fill();
    }
  },

  links(g, { arrays, props }, palette, x, y) {
    const { x0, y0, x1, y1, values } = arrays;
    for (let i = 0; i < values.length; i++) {
      const v = Number.isFinite(values[i]) ? values[i] : 0;
      const strength = Math.min(1, Math.abs(v) / props.vmax);
      g.strokeStyle = css(palette.diverging(Math.sign(v), 0.35 + 0.65 * strength));
      g.lineWidth = 0.4 + 5 * strength;
      g.beginPath();
      g.moveTo(x(x0[i]), y(y0[i]));
      if (props.curved) {
        const middle = (x0[i] + x1[i]) / 2;
        g.bezierCurveTo(x(middle), y(y0[i]), x(middle), y(y1[i]), x(x1[i]), y(y1[i]));
      } else g.lineTo(x(x1[i]), y(y1[i]));
      g.stroke();
    }
  },

  bars(g, { arrays, props }, palette, x, y, panel) {
    const floor = y(panel.looks.yscale === "log" ? panel.looks.y[0] : 0);
    for (let i = 0; i < arrays.x.length; i++) {
      const left = x(arrays.x[i] - props.width / 2);
      g.fillStyle = arrays.classes ? palette.ofClass(arrays.classes[i]) : palette.get(props.colour);
      const top = y(arrays.heights[i]);
      if (Number.isFinite(top)) g.fillRect(left, top, x(arrays.x[i] + props.width / 2) - left, floor - top);
    }
  },

  text(g, { arrays, props }, palette, x, y) {
    g.font = `${props.bold ? "bold " : ""}${props.size}px ${FONT}`;
    g.textAlign = props.align;
    g.textBaseline = "middle";
    props.text.forEach((words, i) => {
      if (props.halo) {
        g.strokeStyle = palette.get("background");
        g.lineWidth = 4;
        g.lineJoin = "round";
        g.strokeText(words, x(arrays.x[i]), y(arrays.y[i]));
      }
      g.fillStyle = palette.forWords(props.colour);
      g.fillText(words, x(arrays.x[i]), y(arrays.y[i]));
    });
  },

  matrix(g, { arrays: { values }, props }, palette, x, y) {
    const [rows, columns] = values.shape;
    const cell = (r, c) => {
      const [left, top] = [x(props.x + c * props.cell[0]), y(props.y - r * props.cell[1])];
      return [left, top, x(props.x + (c + 1) * props.cell[0]) - left, y(props.y - (r + 1) * props.cell[1]) - top];
    };
    g.font = `${props.size}px ${FONT}`;
    g.textAlign = "center";
    g.textBaseline = "middle";
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const v = values[r * columns + c];
        const [left, top, width, height] = cell(r, c);
        g.fillStyle = props.vmax && Number.isFinite(v) ? css(palette.diverging(v / props.vmax, 0.5)) : palette.get("background");
        g.fillRect(left, top, width, height);
        g.strokeStyle = palette.get("grid");
        g.lineWidth = 1;
        g.strokeRect(left, top, width, height);
        g.fillStyle = palette.get("ink");
        const written = v.toFixed(props.digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−");
        if (!Number.isNaN(v)) g.fillText(written, left + width / 2, top + height / 2);
      }
    }
    g.strokeStyle = palette.get("vermillion");
    g.lineWidth = 3;
    for (const [r, c] of props.highlight) g.strokeRect(...cell(r, c));
    if (props.title) {
      const [left, top] = cell(0, 0);
      g.font = `bold ${props.size}px ${FONT}`;
      g.fillText(props.title, (left + x(props.x + columns * props.cell[0])) / 2, top - props.size);
    }
  },
};

/** One tile of a heat map as a small canvas, a pixel per number; its row 0 is drawn lowest. */
function heatPicture(level, classes, tile, props, palette) {
  const [, rows, columns] = level.shape;
  const canvas = new OffscreenCanvas(columns, rows);
  const g = canvas.getContext("2d");
  const image = g.createImageData(columns, rows);
  const offset = tile * rows * columns;
  const colourOf = (v, k) => {
    if (classes) return blend(palette.ground, channels(palette.ofClass(k)), 0.6 * Math.abs(v));
    if (props.colours === "grey") return [255, 255, 255].map((white) => white * (1 - Math.max(0, v)));
    return palette.diverging(v, 0.6);
  };
  const table = new Map(); // (level, class) -> colour, so that each is mixed once
  const full = fullLevel(level);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const from = offset + r * columns + c;
      const k = classes ? classes[from] : 0;
      const v = Math.round((127 * level[from]) / full);
      let rgb = table.get(v + 256 * k);
      if (!rgb) table.set(v + 256 * k, (rgb = colourOf(v / 127, k)));
      const to = 4 * ((rows - 1 - r) * columns + c);
      image.data[to] = rgb[0];
      image.data[to + 1] = rgb[1];
      image.data[to + 2] = rgb[2];
      image.data[to + 3] = 255;
    }
  }
  g.putImageData(image, 0, 0);
  return canvas;
}

/** Marching squares: the line along which the numbers change sign. */
function zeroLine(g, level, rows, columns, at) {
  g.beginPath();
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const i = r * columns + c;
      const corners = [level[i], level[i + 1], level[i + columns + 1], level[i + columns]];
      if (corners.every((v) => v > 0) || corners.every((v) => v <= 0)) continue;
      const places = [[c, r], [c + 1, r], [c + 1, r + 1], [c, r + 1]];
      const crossings = [];
      for (let e = 0; e < 4; e++) {
        const [a, b] = [corners[e], corners[(e + 1) % 4]];
        if (a > 0 === b > 0) continue;
        const share = a / (a - b);
        const [p, q] = [places[e], places[(e + 1) % 4]];
        crossings.push(at(p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share));
      }
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        g.moveTo(...crossings[k]);
        g.lineTo(...crossings[k + 1]);
      }
    }
  }
  g.stroke();
}

/** A marker as a small picture, drawn once: stamping it is ten times faster than drawing it. */
function sprite(shape, size, fill, edge, width, dense) {
  const key = [shape, size, fill, edge, width, dense].join();
  if (!sprites.has(key)) {
    if (sprites.size > 500) sprites.clear();
    const half = Math.ceil(1.5 * size + width + 1);
    const canvas = new OffscreenCanvas(Math.ceil(2 * half * dense), Math.ceil(2 * half * dense));
    const g = canvas.getContext("2d");
    g.scale(canvas.width / (2 * half), canvas.height / (2 * half));
    g.beginPath();
    marker(g, shape, half, half, size);
    [g.fillStyle, g.strokeStyle, g.lineWidth] = [fill, edge, width];
    g.fill();
    g.stroke();
    sprites.set(key, { canvas, half });
  }
  return sprites.get(key);
}
const sprites = new Map();

/** Markers of about equal area, `r` being the radius of the circle. */
function marker(g, shape, x, y, r) {
  const polygon = (points) => {
    points.forEach(([dx, dy], i) => g[i ? "lineTo" : "moveTo"](x + r * dx, y + r * dy));
    g.closePath();
  };
  const cross = [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4]];
  const plus = [...cross, ...cross.map(([a, b]) => [-a, -b])];
  const turned = plus.map(([a, b]) => [0.71 * (a - b), 0.71 * (a + b)]);
  const star = Array.from({ length: 10 }, (_, i) => {
    const [radius, angle] = [i % 2 ? 0.6 : 1.4, (Math.PI * i) / 5];
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  });
  if (shape === "square") polygon([[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]]);
  else if (shape === "triangle") polygon([[0, -1.2], [1.1, 0.8], [-1.1, 0.8]]);
  else if (shape === "down") polygon([[0, 1.2], [1.1, -0.8], [-1.1, -0.8]]);
  else if (shape === "diamond") polygon([[0, -1.3], [1.1, 0], [0, 1.3], [-1.1, 0]]);
  else if (shape === "plus") polygon(plus);
  else if (shape === "cross") polygon(turned);
  else if (shape === "star") polygon(star);
  else g.arc(x, y, r, 0, 2 * Math.PI);
}

// ------------------------------------------------------------------ panels

function paintPanel(g, panel, palette) {
  const { looks } = panel;
  const [left, top, width, height] = looks.frame;
  const [x, y] = [axis(panel, "x"), axis(panel, "y")];
  g.fillStyle = palette.get(looks.axes ? "panel" : "background");
  g.fillRect(left, top, width, height);
  g.lineWidth = 1;
  g.strokeStyle = palette.get("grid");
  g.font = `13px ${FONT}`;
  g.fillStyle = palette.get("muted");
  if (looks.axes) {
    g.textAlign = "center";
    g.textBaseline = "top";
    for (const [at, label] of looks.xticks) {
      if (looks.grid) stroke(g, x(at), top, x(at), top + height);
      g.fillText(label, x(at), top + height + 5);
    }
    g.textAlign = "right";
    g.textBaseline = "middle";
    for (const [at, label] of looks.yticks) {
      if (looks.grid) stroke(g, left, y(at), left + width, y(at));
      g.fillText(label, left - 5, y(at));
    }
  }
  g.save();
  g.beginPath();
  g.rect(left, top, width, height);
  if (looks.axes) g.clip(); // without axes the panel is a drawing, which may reach over its edge
  for (const item of panel.items.values()) DRAW[item.kind](g, item, palette, x, y, panel);
  g.restore();
  if (looks.axes) {
    g.strokeStyle = palette.get("grid");
    g.lineWidth = 1;
    g.strokeRect(left, top, width, height);
  }
  g.fillStyle = palette.get("ink");
  g.textAlign = "center";
  g.textBaseline = "alphabetic";
  g.font = `bold 16px ${FONT}`;
  if (looks.title) g.fillText(looks.title, left + width / 2, top - 8);
  g.font = `15px ${FONT}`;
  if (looks.xlabel) g.fillText(looks.xlabel, left + width / 2, top + height + (looks.xticks.length ? 35 : 17));
  if (looks.ylabel) {
    const room = Math.max(0, ...looks.yticks.map(([, text]) => g.measureText(text).width));
    g.save();
    g.translate(left - room - 14, top + height / 2);
    g.rotate(-Math.PI / 2);
    g.fillText(looks.ylabel, 0, 0);
    g.restore();
  }
  if (looks.legend) paintLegend(g, panel, palette);
}

function fill(g, palette, x, y, width, height) {
  g.fillStyle = palette.get("background");
  g.fillRect(x, y, width, height);
}

function stroke(g, x0, y0, x1, y1) {
  g.beginPath();
  g.moveTo(x0, y0);
  g.lineTo(x1, y1);
  g.stroke();
}

/** A box with a sample of every labelled item. */
function paintLegend(g, panel, palette) {
  const labelled = [...panel.items.values()].filter((item) => item.props.label);
  if (!labelled.length) return;
  g.font = `13px ${FONT}`;
  const [left, top, width, height] = panel.looks.frame;
  const w = 42 + Math.max(...labelled.map((item) => g.measureText(item.props.label).width));
  const h = 8 + 19 * labelled.length;
  const x0 = panel.looks.legend.endsWith("right") ? left + width - w - 6 : left + 6;
  const y0 = panel.looks.legend.startsWith("lower") ? top + height - h - 6 : top + 6;
  g.globalAlpha = 0.85;
  g.fillStyle = palette.get("background");
  g.fillRect(x0, y0, w, h);
  g.globalAlpha = 1;
  g.strokeStyle = palette.get("grid");
  g.strokeRect(x0, y0, w, h);
  labelled.forEach((item, i) => {
    const y = y0 + 13.5 + 19 * i;
    const { kind, props } = item;
    const identity = (v) => v;
    const sample = { kind, props: { ...props, fill: false }, arrays: { x: [x0 + 8, x0 + 28], y: [y, y] }, cache: {} };
    if (kind === "line") DRAW.line(g, sample, palette, identity, identity);
    else if (kind === "points") {
      const one = { x: [x0 + 18], y: [y], classes: item.arrays.classes?.slice(0, 1) };
      DRAW.points(g, { ...sample, arrays: one }, palette, identity, identity);
    } else {
      g.fillStyle = palette.get(props.colour);
      g.fillRect(x0 + 8, y - 5, 20, 10);
    }
    g.fillStyle = palette.get("ink");
    g.textAlign = "left";
    g.textBaseline = "middle";
    g.fillText(props.label, x0 + 34, y);
  });
}

// ------------------------------------------------------------------ what is under the pointer

/** Topmost item near (px, py) for which `wanted` is true: {panel, name, item, index, value}. */
function find(scene, px, py, wanted) {
  for (const [panelName, panel] of [...scene.panels].reverse()) {
    const [x, y] = [axis(panel, "x"), axis(panel, "y")];
    for (const [name, item] of [...panel.items].reverse()) {
      if (!wanted(item)) continue;
      const hit = FIND[item.kind]?.(item, px, py, x, y);
      if (hit) return { panel: panelName, name, item, x: x.inverse(px), y: y.inverse(py), ...hit };
    }
  }
  return null;
}

const FIND = {
  points({ arrays, props }, px, py, x, y) {
    let [best, index] = [Math.max(HIT, props.size + 4), -1];
    for (let i = 0; i < arrays.x.length; i++) {
      const distance = Math.hypot(x(arrays.x[i]) - px, y(arrays.y[i]) - py);
      if (distance < best) [best, index] = [distance, i];
    }
    if (index < 0) return null;
    return { index, x: arrays.x[index], y: arrays.y[index], value: arrays.values?.[index] };
  },
  links({ arrays, props }, px, py, x, y) {
    const { x0, y0, x1, y1, values } = arrays;
    let [best, index] = [7, -1];
    for (let i = 0; i < values.length; i++) {
      // y(s) of the drawn curve where its x is the pointer's: x is monotonic along a link
      const s = inverseStep((px - x(x0[i])) / (x(x1[i]) - x(x0[i])), props.curved);
      if (!(s >= 0.02 && s <= 0.98)) continue;
      const share = props.curved ? 3 * s * s - 2 * s * s * s : s;
      const distance = Math.abs(y(y0[i]) + (y(y1[i]) - y(y0[i])) * share - py);
      if (distance < best) [best, index] = [distance, i];
    }
    return index < 0 ? null : { index, value: values[index], label: props.tips[index] };
  },
  line({ arrays }, px, py, x, y) {
    let [best, index] = [HIT, -1];
    for (let i = 0; i < arrays.x.length; i++) {
      const distance = Math.hypot(x(arrays.x[i]) - px, y(arrays.y[i]) - py);
      if (distance < best) [best, index] = [distance, i];
    }
    return index < 0 ? null : { index, x: arrays.x[index], y: arrays.y[index], value: arrays.y[index] };
  },
  bars({ arrays, props }, px, py, x) {
    const index = arrays.x.findIndex((at) => Math.abs(x.inverse(px) - at) <= props.width / 2);
    return index < 0 ? null : { index, value: arrays.heights[index] };
  },
  heat({ arrays: { level, extent }, props }, px, py, x, y) {
    const [tiles, rows, columns] = level.shape;
    const [dx, dy] = [x.inverse(px), y.inverse(py)];
    for (let t = tiles - 1; t >= 0; t--) {
      const [x0, x1, y0, y1] = extent.subarray(4 * t, 4 * t + 4);
      const c = Math.floor(((dx - x0) / (x1 - x0)) * columns);
      const r = Math.floor(((dy - y0) / (y1 - y0)) * rows);
      if (c < 0 || r < 0 || c >= columns || r >= rows) continue;
      return { index: t, value: (level[(t * rows + r) * columns + c] / fullLevel(level)) * props.vmax };
    }
    return null;
  },
  matrix({ arrays: { values }, props }, px, py, x, y) {
    const [rows, columns] = values.shape;
    const c = Math.floor((x.inverse(px) - props.x) / props.cell[0]);
    const r = Math.floor((props.y - y.inverse(py)) / props.cell[1]);
    if (c < 0 || r < 0 || c >= columns || r >= rows) return null;
    return { index: r * columns + c, value: values[r * columns + c] };
  },
};

/** Where the keyboard finds the parts of an item. A link is held nearer to its start: the middles of
 * links that cross are often the same. */
const PLACES = {
  points: ({ arrays }) => Array.from(arrays.x, (x, i) => [x, arrays.y[i]]),
  links: ({ arrays: { x0, y0, x1, y1 }, props }) =>
    Array.from(x0, (x, i) => {
      const [along, across] = props.curved ? [0.342, 0.216] : [0.3, 0.3]; // at 0.3 of the curve
      return [x + along * (x1[i] - x), y0[i] + across * (y1[i] - y0[i])];
    }),
};

/** The Bézier parameter at a share of the way along x (x runs as 1.5 s (1 − s) + s³ …). */
function inverseStep(share, curved) {
  if (!curved) return share;
  let [lo, hi] = [0, 1];
  for (let i = 0; i < 20; i++) {
    const s = (lo + hi) / 2;
    const along = 1.5 * s * (1 - s) * (1 - s) + 1.5 * s * s * (1 - s) + s * s * s;
    along < share ? (lo = s) : (hi = s);
  }
  return share < 0 || share > 1 ? -1 : (lo + hi) / 2;
}

// ------------------------------------------------------------------ frames from Python

/** Take a frame into the scene. The layout of the message is `_message` in stage.py. */
function apply(scene, message, buffers) {
  if (message.reset) {
    scene.reset = message.reset;
    scene.panels.clear();
  }
  scene.summary = message.summary;
  for (const [name, looks] of Object.entries(message.panels)) {
    const panel = scene.panels.get(name);
    if (!panel || String(panel.looks.box) !== String(looks.box)) scene.everything = true;
    if (panel) panel.looks = looks;
    else scene.panels.set(name, { looks, items: new Map() });
    scene.dirty.add(name);
  }
  for (const [panel, name] of message.removed) {
    scene.panels.get(panel)?.items.delete(name);
    scene.dirty.add(panel);
  }
  for (const { panel } of message.items) scene.dirty.add(panel);
  let next = 0;
  for (const entry of message.items) {
    const { items } = scene.panels.get(entry.panel);
    if (!items.has(entry.name)) items.set(entry.name, { arrays: {}, cache: {} });
    const item = items.get(entry.name);
    item.kind = entry.kind;
    if (entry.props) {
      item.props = entry.props;
      item.cache = {};
      for (const key of Object.keys(item.arrays)) if (!entry.keys.includes(key)) delete item.arrays[key];
    }
    for (const [key, type, shape] of entry.arrays) {
      const view = buffers[next++];
      const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength); // aligned
      item.arrays[key] = Object.assign(new TYPES[type](bytes), { shape });
    }
  }
}

/** Whether any two panels share some of the canvas. */
function overlap(panels) {
  const boxes = panels.map((panel) => panel.looks.box);
  const apart = ([ax, ay, aw, ah], [bx, by, bw, bh]) =>
    ax + aw <= bx + 1e-9 || bx + bw <= ax + 1e-9 || ay + ah <= by + 1e-9 || by + bh <= ay + 1e-9;
  return boxes.some((a, i) => boxes.slice(0, i).some((b) => !apart(a, b)));
}

/** What nobody waits for any more once the kernel has been restarted or shut down. */
function tellIfThere(model, message) {
  try {
    model.send(message);
  } catch (error) {
    console.debug(error);
  }
}

function initialize(scene, model) {
  let [due, last] = [0, 0];
  const paint = () => {
    const rested = performance.now() - last > 100;
    due = 0;
    last = performance.now();
    // Panels that lie side by side are painted one by one, which saves most of the work.
    const only = scene.everything || overlap([...scene.panels.values()]) ? null : scene.dirty;
    for (const view of scene.views) view(only);
    scene.everything = false;
    scene.dirty = new Set();
    if (rested) setTimeout(acknowledge, 30);
    else acknowledge();
  };
  scene.draw = (everything = true) => {
    scene.everything ||= everything;
    if (due) return;
    // A frame from Python after a rest is painted at once; when more come than the screen can show,
    // they wait for its next refresh, which paints the newest.
    if (!everything && !document.hidden && performance.now() - last > 12) paint();
    else due = requestAnimationFrame(paint);
  };
  // In a stream of frames each at once, which also hurries what the server holds back; after a rest
  // nobody waits for it, and the screen comes first.
  let told = 0;
  const acknowledge = () => {
    if (scene.seq <= told) return;
    tellIfThere(model, { type: "ack", seq: (told = scene.seq) });
  };
  const receive = (message, buffers) => {
    if (message.type !== "frame") return;
    apply(scene, message, buffers);
    scene.seq = message.seq;
    scene.draw(false);
  };
  model.on("msg:custom", receive);
  model.send({ type: "hello" });
  return () => model.off("msg:custom", receive);
}

// ------------------------------------------------------------------ a view: canvas, tip, caption

function render(scene, model, el) {
  // Lumino looks for this attribute: without it JupyterLab takes the arrow keys for itself.
  el.dataset.lmSuppressShortcuts = "true";
  el.classList.add("nnlib-stage-box");
  Object.assign(el.style, { position: "relative", overflowX: "auto", overflowY: "hidden" });
  const canvas = make(el, "canvas", { display: "block", touchAction: "none", borderRadius: "4px" });
  canvas.className = "nnlib-stage";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  const caption = make(el, "p", { margin: "4px 8px 8px", fontSize: "14px", lineHeight: "1.4", position: "sticky", left: "8px" });
  caption.className = "nnlib-summary";
  const tip = make(el, "div", {
    position: "absolute", pointerEvents: "none", padding: "3px 8px", borderRadius: "4px",
    font: `14px ${FONT}`, whiteSpace: "pre", display: "none", zIndex: 5,
  });

  let scale = 1; // CSS pixels per design pixel
  let selected = 0; // which of the spots the keyboard is at
  let wording = 0; // the timer after which the caption takes new words
  const cursors = new Map(); // panel -> [x, y]: where the keyboard points in it
  let held = false; // whether the cursor is held down, as a mouse button is

  /** What the keyboard can go to, in this order: points to drag, cursors in panels that take clicks,
   * things to click, cursors in panels that say something about the place under the pointer. What is
   * no cursor has a name. */
  const spots = () => {
    const found = { drag: [], point: [], click: [], look: [] };
    for (const [panel, { looks, items }] of scene.panels) {
      for (const [name, item] of items) {
        const does = item.props.drag ? "drag" : item.props.click ? "click" : null;
        if (does) PLACES[item.kind](item).forEach(([x, y], index) => found[does].push({ does, panel, name, index, x, y }));
      }
      const tips = [...items.values()].some((item) => item.props.tip || item.props.tips?.length);
      const does = looks.click || looks.hover ? "point" : tips ? "look" : null;
      const [x, y] = cursors.get(panel) ?? middle(panel);
      if (does) found[does].push({ does, panel, x, y });
    }
    return Object.values(found).flat();
  };
  const middle = (name) => {
    const panel = scene.panels.get(name);
    const [left, top, width, height] = panel.looks.frame;
    return [axis(panel, "x").inverse(left + width / 2), axis(panel, "y").inverse(top + height / 2)];
  };
  const pixels = ({ panel, x, y }) => ["x", "y"].map((which) => axis(scene.panels.get(panel), which)(which === "x" ? x : y));

  /** Paint these panels, or all of them (null). */
  const paint = (only) => {
    if (!scene.reset || !el.isConnected) return;
    const { width, height } = scene.reset;
    const room = el.clientWidth || width;
    scale = Math.max(SMALLEST, Math.min(1, room / width));
    const dense = scale * (window.devicePixelRatio || 1);
    const [w, h] = [Math.round(width * dense), Math.round(height * dense)];
    const focused = document.activeElement === canvas;
    if (canvas.width !== w || canvas.height !== h) {
      [canvas.width, canvas.height] = [w, h];
      only = null;
    }
    if (focused) only = null; // the ring round what the keyboard moves may reach over an edge
    canvas.style.width = `${width * scale}px`;
    canvas.style.height = `${height * scale}px`;
    const g = canvas.getContext("2d", { alpha: false }); // opaque: nothing below shows through
    g.setTransform(dense, 0, 0, dense, 0, 0);
    const palette = paletteOf(scene);
    if (!only) fill(g, palette, 0, 0, width, height);
    for (const [name, panel] of scene.panels) {
      if (only && !only.has(name)) continue;
      const [x, y, w, h] = panel.looks.box;
      g.save();
      if (only) {
        g.beginPath();
        g.rect(x * width, y * height, w * width, h * height);
        g.clip();
        fill(g, palette, x * width, y * height, w * width, h * height);
      }
      paintPanel(g, panel, palette);
      g.restore();
    }
    if (focused) paintFocus(g, palette);
    canvas.paintings = (canvas.paintings ?? 0) + 1; // for whoever counts frames: cheaper than pixels
    // Words change a few times a second at most: more cannot be read, and each costs a layout.
    if (caption.textContent !== scene.summary && !wording)
      wording = setTimeout(() => {
        wording = 0;
        caption.textContent = scene.summary;
        canvas.setAttribute("aria-label", scene.summary);
        // A picture, or something to use: then a screen reader hands the arrow keys on.
        canvas.setAttribute("role", spots().length ? "application" : "img");
        nameSliders(el);
      }, caption.textContent ? 200 : 0);
    const wide = Math.min(width * scale, room) - 16;
    Object.assign(caption.style, { color: palette.get("ink"), maxWidth: `${wide}px` });
    Object.assign(tip.style, { background: palette.get("ink"), color: palette.get("background") });
  };

  /** Where the keyboard is: a frame, and a ring round the chosen spot; a cursor has cross-hairs. */
  const paintFocus = (g, palette) => {
    const spot = spots()[selected];
    g.strokeStyle = palette.get("vermillion");
    g.lineWidth = 2;
    if (!spot || canvas.matches(":focus-visible")) g.strokeRect(1, 1, scene.reset.width - 2, scene.reset.height - 2);
    if (!spot) return;
    const [px, py] = pixels(spot);
    g.beginPath();
    g.arc(px, py, 13, 0, 2 * Math.PI);
    if (held) {
      g.fillStyle = palette.get("vermillion") + "55";
      g.fill();
    }
    g.stroke();
    if (!spot.name) for (const [dx, dy] of [[1, 0], [0, 1]]) stroke(g, px - 20 * dx, py - 20 * dy, px + 20 * dx, py + 20 * dy);
  };

  // ---------------------------------------------------------------- events to Python
  // Pointer moves are sent once per animation frame, the newest only.
  let waiting = null;
  const tell = (event) => {
    if (!waiting) requestAnimationFrame(() => { model.send(waiting); waiting = null; });
    waiting = event;
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
  };
  const panelAt = (px, py, wanted) => {
    for (const [name, panel] of scene.panels)
      if (panel.looks[wanted] && inside(panel.looks.frame, px, py))
        return { panel: name, x: axis(panel, "x").inverse(px), y: axis(panel, "y").inverse(py) };
    return null;
  };
  const keys = (event) => ({ shift: event.shiftKey, button: event.button === 2 ? 2 : 0 });

  let drag = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (!scene.reset) return;
    const [px, py] = place(event);
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
    const handle = find(scene, px, py, (item) => item.props.drag);
    const link = handle ? null : find(scene, px, py, (item) => item.props.click);
    const spot = panelAt(px, py, "click");
    if (handle) {
      drag = { kind: "drag", panel: handle.panel, item: handle.name, index: handle.index };
      selected = spots().findIndex((s) => s.panel === drag.panel && s.name === drag.item && s.index === drag.index);
    } else if (link) {
      model.send({ type: "click", panel: link.panel, item: link.name, index: link.index, x: link.x, y: link.y, ...keys(event) });
    } else if (spot) {
      drag = { kind: "paint", panel: spot.panel, last: [px, py] };
      cursors.set(spot.panel, [spot.x, spot.y]);
      selected = spots().findIndex((s) => !s.name && s.panel === spot.panel);
      model.send({ type: "click", ...spot, ...keys(event) });
    }
    tip.style.display = "none";
    scene.draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!scene.reset) return;
    const [px, py] = place(event);
    if (drag) {
      const panel = scene.panels.get(drag.panel);
      const at = { panel: drag.panel, x: axis(panel, "x").inverse(px), y: axis(panel, "y").inverse(py) };
      if (drag.kind === "drag") tell({ type: "drag", ...at, item: drag.item, index: drag.index, ...keys(event) });
      else if (Math.hypot(px - drag.last[0], py - drag.last[1]) > 9 && inside(panel.looks.frame, px, py)) {
        drag.last = [px, py];
        model.send({ type: "paint", ...at, ...keys(event), button: event.buttons === 2 ? 2 : 0 });
      }
      return;
    }
    const over = panelAt(px, py, "hover");
    if (over) tell({ type: "hover", ...over });
    showTip(px, py);
  });
  const release = () => { drag = null; };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => { tip.style.display = "none"; });
  canvas.addEventListener("contextmenu", (event) => { if (panelAt(...place(event), "click")) event.preventDefault(); });
  canvas.addEventListener("focus", () => {
    if (canvas.matches(":focus-visible")) showHelp();
    scene.draw();
  });
  canvas.addEventListener("blur", () => {
    held = false;
    tip.style.display = "none";
    scene.draw();
  });

  const showTip = (px, py) => {
    const hit = find(scene, px, py, (item) => item.props.tip || item.props.tips?.length);
    const grab = find(scene, px, py, (item) => item.props.drag || item.props.click);
    canvas.style.cursor = grab ? "pointer" : panelAt(px, py, "click") ? "crosshair" : "default";
    tip.style.display = hit ? "block" : "none";
    if (!hit) return;
    const { tip: template, tips } = hit.item.props;
    const words = { x: format(hit.x), y: format(hit.y), v: format(hit.value), i: hit.index };
    tip.textContent = tips?.length ? `${hit.label} = ${words.v}` : template.replace(/\{([xyvi])\}/g, (_, key) => words[key]);
    tip.style.left = `${Math.min(px * scale + 14, el.scrollLeft + el.clientWidth - tip.offsetWidth - 4)}px`;
    tip.style.top = `${Math.max(0, py * scale - 30)}px`;
  };

  /** What the keys do, where the keyboard is now. */
  const showHelp = () => {
    const all = spots();
    if (!all.length) return;
    tip.textContent = HELP[all[Math.min(selected, all.length - 1)].does] + (all.length > 1 ? "; Page Down: on to the next" : "");
    canvas.setAttribute("aria-description", tip.textContent);
    Object.assign(tip.style, { display: "block", left: `${el.scrollLeft + 6}px`, top: "6px" });
  };

  // PageUp and PageDown go from spot to spot. Arrow keys move a point or a cursor (Shift: finely), or
  // go to the nearest thing to click; Enter clicks (Shift: as with the mouse), and Space holds the
  // cursor down, so that it draws.
  canvas.addEventListener("keydown", (event) => {
    const all = spots();
    if (!all.length) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const spot = all[(selected = Math.max(0, Math.min(selected, all.length - 1)))];
    const at = { panel: spot.panel, x: spot.x, y: spot.y };
    const shift = { shift: event.shiftKey, button: 0 };
    if (event.key === "PageDown" || event.key === "PageUp") {
      held = false;
      selected = (selected + (event.key === "PageDown" ? 1 : all.length - 1)) % all.length;
      showHelp();
    } else if (step && spot.does === "click") {
      selected = neighbour(all, spot, step);
      show(all[selected]);
    } else if (step) {
      [at.x, at.y] = moved(spot, step, event.shiftKey ? 1 / 200 : 1 / 40);
      if (spot.does === "drag") {
        // Moved here at once: keys may come faster than Python's answer, and each counts.
        const { arrays } = scene.panels.get(spot.panel).items.get(spot.name);
        [arrays.x[spot.index], arrays.y[spot.index]] = [at.x, at.y];
        tell({ type: "drag", ...at, item: spot.name, index: spot.index, shift: false, button: 0 });
      } else {
        cursors.set(spot.panel, [at.x, at.y]);
        const { looks } = scene.panels.get(spot.panel);
        if (held) model.send({ type: "paint", ...at, ...shift });
        else if (looks.hover) tell({ type: "hover", ...at });
      }
      show(at);
    } else if ((event.key === "Enter" || event.key === " ") && spot.does === "click") {
      model.send({ type: "click", ...at, item: spot.name, index: spot.index, ...shift });
    } else if ((event.key === "Enter" || event.key === " ") && !spot.name) {
      if (scene.panels.get(spot.panel).looks.click) {
        if (!held) model.send({ type: "click", ...at, ...shift });
        held = event.key === " " && !held;
      }
    } else return;
    scene.draw();
    event.preventDefault();
    event.stopPropagation();
  });

  /** Where one key press takes a point or a cursor; a cursor stays in its panel. */
  const moved = (spot, step, share) => {
    const panel = scene.panels.get(spot.panel);
    const [left, top, width, height] = panel.looks.frame;
    let [px, py] = pixels(spot);
    [px, py] = [px + step[0] * share * width, py - step[1] * share * height];
    if (!spot.name) {
      px = Math.max(left + 1, Math.min(left + width - 1, px));
      py = Math.max(top + 1, Math.min(top + height - 1, py));
    }
    return [step[0] ? axis(panel, "x").inverse(px) : spot.x, step[1] ? axis(panel, "y").inverse(py) : spot.y];
  };

  /** The nearest thing to click in a direction, or the same again. */
  const neighbour = (all, from, [dx, dy]) => {
    const [fx, fy] = pixels(from);
    let [best, found] = [Infinity, all.indexOf(from)];
    all.forEach((spot, index) => {
      if (spot.does !== "click") return;
      const [x, y] = pixels(spot);
      const along = (x - fx) * dx - (y - fy) * dy;
      const across = Math.abs((x - fx) * dy + (y - fy) * dx);
      if (along > 0.5 && along + 2 * across < best) [best, found] = [along + 2 * across, index];
    });
    return found;
  };

  /** Bring a spot into sight, with what the mouse would be told there. */
  const show = (spot) => {
    const [px, py] = pixels(spot);
    el.scrollLeft = Math.max(px * scale + 30 - el.clientWidth, Math.min(px * scale - 30, el.scrollLeft));
    showTip(px, py);
  };

  // ---------------------------------------------------------------- life of the view
  scene.views.add(paint);
  const count = () => tellIfThere(model, { type: "viewers", count: scene.views.size });
  count();
  const resized = new ResizeObserver(() => scene.draw());
  resized.observe(el);
  const themed = new MutationObserver(() => scene.draw());
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  scene.draw();
  return () => {
    scene.views.delete(paint);
    resized.disconnect();
    themed.disconnect();
    count();
  };
}

/** Tell a screen reader what the sliders round a stage are called and say: ipywidgets writes both
 * beside the handle, which by itself is "slider", and a logarithmic one counts its exponents. */
function nameSliders(el) {
  for (const row of el.closest(".jp-OutputArea-output")?.querySelectorAll(".widget-slider") ?? []) {
    const [handle, label, readout] = [".noUi-handle", ".widget-label", ".widget-readout"].map((s) => row.querySelector(s));
    if (!handle || !label || handle.hasAttribute("aria-label")) continue;
    handle.setAttribute("aria-label", label.textContent);
    const tell = () => {
      const words = readout?.textContent;
      if (words && handle.getAttribute("aria-valuetext") !== words) handle.setAttribute("aria-valuetext", words);
    };
    new MutationObserver(tell).observe(handle, { attributes: true, attributeFilter: ["aria-valuetext"] });
    tell();
  }
}

function make(parent, tag, style) {
  const element = document.createElement(tag);
  Object.assign(element.style, style);
  parent.append(element);
  return element;
}

/** anywidget calls this once for each stage; all views of that stage share its scene. */
export default () => {
  const scene = { panels: new Map(), reset: null, summary: "", views: new Set(), dirty: new Set(), everything: true, seq: 0 };
  return {
    initialize: ({ model }) => initialize(scene, model),
    render: ({ model, el }) => render(scene, model, el),
  };
};
