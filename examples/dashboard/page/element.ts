/// <reference lib="dom" />

/** The element of the page that has an id. */
export function element(id: string): HTMLElement {
  return document.getElementById(id)!;
}

/** The element of a class within another. */
export function part<T extends HTMLElement>(whole: ParentNode, name: string): T {
  return whole.querySelector<T>(`.${name}`)!;
}
