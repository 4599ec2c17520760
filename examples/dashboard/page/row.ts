/// <reference lib="dom" />

import type { Instance, InstanceState } from "../../../mod.ts";
import { element, part } from "./element.ts";
import { Plot } from "./plot.ts";

/** What a row does beside showing. */
export interface RowActions {
  /** Opens a terminal in the instance. */
  openShell(instance: Instance): void;
  /** Tells the person why something failed. */
  report(error: unknown): void;
}

/** One instance in the table. */
export class Row {
  /** What is put in the table. */
  readonly element: HTMLElement;
  readonly #cpu: Plot = new Plot("cpu");
  readonly #memory: Plot = new Plot("memory");
  readonly #toggle: HTMLButtonElement;
  readonly #shell: HTMLButtonElement;
  #instance: Instance;
  #used: { time: number; usage: number } | undefined;

  constructor(instance: Instance, { openShell, report }: RowActions) {
    const template = element("row") as HTMLTemplateElement;
    const copy = template.content.cloneNode(true) as DocumentFragment;
    this.#instance = instance;
    this.element = copy.firstElementChild as HTMLElement;
    this.#toggle = part(this.element, "toggle");
    this.#shell = part(this.element, "shell");
    part(this.element, "name").textContent = instance.name;
    part(this.element, "cpu").append(this.#cpu.element);
    part(this.element, "memory").append(this.#memory.element);
    this.#toggle.addEventListener("click", () => this.#switch().catch(report));
    this.#shell.addEventListener("click", () => openShell(this.#instance));
  }

  /** Shows the instance as it was just read. */
  update(instance: Instance): void {
    this.#instance = instance;
    const { status, type, state } = instance.data;
    const running = status === "Running";
    part(this.element, "kind").textContent = type === "virtual-machine" ? "VM" : "container";
    part(this.element, "state").textContent = status;
    this.element.dataset.status = status;
    part(this.element, "address").textContent = addressOf(state) ?? "–";
    this.#toggle.textContent = running ? "Stop" : "Start";
    this.#shell.disabled = !running;
    this.#plot(running ? state : null);
  }

  #plot(state: InstanceState | null | undefined): void {
    const before = this.#used;
    this.#used = state ? { time: performance.now(), usage: state.cpu.usage } : undefined;
    if (!state || !this.#used) {
      this.#cpu.add(null, "–");
      this.#memory.add(null, "–");
      return;
    }
    this.#memory.add(state.memory.usage, size(state.memory.usage));
    if (!before) return;
    const elapsed = this.#used.time - before.time;
    const share = Math.max(0, (this.#used.usage - before.usage) / 1e6 / elapsed);
    this.#cpu.add(share, share.toLocaleString(undefined, { style: "percent" }), 0.1);
  }

  /** Starts it or stops it; the button waits for the end of that. */
  async #switch(): Promise<void> {
    const instance = this.#instance;
    this.#toggle.disabled = true;
    try {
      await (instance.data.status === "Running"
        ? instance.stop({ force: true })
        : instance.start());
    } finally {
      this.#toggle.disabled = false;
    }
  }
}

function addressOf(state: InstanceState | null | undefined): string | undefined {
  return Object.values(state?.network ?? {}).flatMap(({ addresses }) => addresses)
    .find(({ family, scope }) => family === "inet" && scope === "global")?.address;
}

function size(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${mebibytes.toFixed(1)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}
