/// <reference lib="dom" />

/** Panels of which one is seen at a time. */
export class Tabs {
  readonly #bar: HTMLElement;
  readonly #panels: HTMLElement;

  constructor(bar: HTMLElement, panels: HTMLElement) {
    this.#bar = bar;
    this.#panels = panels;
  }

  /** Adds a panel and shows it; one with `onClose` can be closed, which gives the first its place. */
  add(title: string, panel: HTMLElement, onClose?: () => void): () => void {
    const tab = document.createElement("button");
    tab.textContent = title;
    tab.role = "tab";
    const show = () => {
      for (const it of this.#bar.children) it.ariaSelected = String(it === tab);
      for (const it of this.#panels.children) (it as HTMLElement).hidden = it !== panel;
    };
    const close = () => {
      tab.remove();
      panel.remove();
      (this.#bar.firstElementChild as HTMLElement).click();
      onClose?.();
    };
    tab.addEventListener("click", show);
    if (onClose) {
      const cross = document.createElement("span");
      cross.textContent = "×";
      cross.title = `Close ${title}`;
      cross.addEventListener("click", (event) => {
        event.stopPropagation();
        close();
      });
      tab.append(cross);
    }
    this.#bar.append(tab);
    if (!panel.parentElement) this.#panels.append(panel);
    show();
    return close;
  }
}
