// Making elements without markup in strings, so that no text of a ticket is ever read as HTML.

/** Attributes; true stands for itself, false and undefined for its absence. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children);
  return element;
}

/** An icon of one path; decoration, whose meaning stands beside it in words. */
export function icon(path: string): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('icon');
  const shape = document.createElementNS(namespace, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

/** Shapes that differ by more than colour: a ring, a half, a tick, a cross. */
export const shapes = {
  open: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Z',
  active: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 1.5v9a4.5 4.5 0 0 1 0-9Z',
  done: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm3.3 4.6-4 4a.7.7 0 0 1-1 0L4.7 9l1-1 1.1 1.1 3.5-3.5 1 1Z',
  dropped: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm2.8 7.7-1.1 1.1L8 9.1l-1.7 1.7-1.1-1.1L6.9 8 5.2 6.3l1.1-1.1L8 6.9l1.7-1.7 1.1 1.1L9.1 8l1.7 1.7Z',
  trouble: 'M8 1.5 15 14H1L8 1.5Zm-.7 5v4h1.4v-4H7.3Zm0 5v1.3h1.4v-1.3H7.3Z',
} as const;
