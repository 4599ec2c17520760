/// <reference lib="dom" />

/** How many values a plot shows. */
const LENGTH = 40;
const [WIDTH, HEIGHT] = [120, 28];

/** A line of the last values with the newest in words. */
export class Plot {
  /** What is put in the page. */
  readonly element: HTMLElement = document.createElement("div");
  readonly #line: SVGPathElement;
  readonly #area: SVGPathElement;
  readonly #words: HTMLElement = document.createElement("span");
  readonly #values: number[] = [];

  constructor(color: string) {
    const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
    this.#area = make("path", { class: "area" });
    this.#line = make("path", { class: "line" });
    svg.append(this.#area, this.#line);
    this.element.className = "plot";
    this.element.style.color = `var(--${color})`;
    this.element.append(svg, this.#words);
  }

  /** Adds a value out of `most`, or of a little more than there was; a null empties the plot. */
  add(value: number | null, words: string, most = 0): void {
    this.#words.textContent = words;
    if (value === null) this.#values.length = 0;
    else this.#values.push(value);
    if (this.#values.length > LENGTH) this.#values.shift();
    const top = Math.max(most, ...this.#values.map((it) => it * 1.2), Number.MIN_VALUE);
    const points = this.#values.map((it, index) => {
      const x = WIDTH - (this.#values.length - 1 - index) * WIDTH / (LENGTH - 1);
      return [x, HEIGHT - 1 - it / top * (HEIGHT - 2)].map((n) => n.toFixed(1)).join(" ");
    });
    const line = points.length > 1 ? `M${points.join("L")}` : "";
    this.#line.setAttribute("d", line);
    this.#area.setAttribute("d", line && `${line}V${HEIGHT}H${points[0]!.split(" ")[0]}Z`);
  }
}

function make<K extends "svg" | "path">(
  name: K,
  attributes: Record<string, string>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
