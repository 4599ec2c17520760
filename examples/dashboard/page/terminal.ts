/// <reference lib="dom" />

import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import xtermStyle from "@xterm/xterm/css/xterm.css" with { type: "text" };
import type { Instance } from "../../../mod.ts";
import type { Tabs } from "./tabs.ts";

const SHELL = ["sh", "-c", "cd; exec $(command -v bash || command -v sh) -l"];

const style = document.createElement("style");
style.textContent = xtermStyle;

/** Opens a shell of the instance in a tab of its own, for as long as both last. */
export async function openTerminal(tabs: Tabs, instance: Instance): Promise<void> {
  document.head.append(style);
  const panel = document.createElement("section");
  panel.className = "screen";
  panel.role = "tabpanel";
  const terminal = new Terminal({
    fontFamily: "ui-monospace, 'DejaVu Sans Mono', monospace",
    fontSize: 14,
    cursorBlink: true,
    theme: { background: "#14161b", foreground: "#e6e8ee", cursor: "#8ab4ff" },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  const end = new AbortController();
  const close = tabs.add(instance.name, panel, () => end.abort());
  terminal.open(panel);
  fit.fit();
  terminal.focus();
  const { cols, rows } = terminal;
  // What is typed before the shell has started waits for it.
  const typed = new TransformStream<Uint8Array<ArrayBuffer>>();
  const keys = typed.writable.getWriter();
  const encoder = new TextEncoder();
  terminal.onData((text) => void keys.write(encoder.encode(text)).catch(() => {}));
  try {
    await using shell = await instance.spawn(SHELL, {
      tty: { columns: cols, rows },
      signal: end.signal,
    });
    typed.readable.pipeTo(shell.stdin).catch(() => {});
    terminal.onResize((size) => {
      shell.resize({ columns: size.cols, rows: size.rows }).catch(() => {});
    });
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(panel);
    end.signal.addEventListener("abort", () => observer.disconnect());
    const output = shell.stdout.getReader();
    for (let it = await output.read(); !it.done; it = await output.read()) {
      // The next is read once this one was shown.
      await new Promise<void>((shown) => terminal.write(it.value!, shown));
    }
    await shell.status;
    close();
  } catch (error) {
    if (!end.signal.aborted) throw error;
  } finally {
    terminal.dispose();
  }
}
