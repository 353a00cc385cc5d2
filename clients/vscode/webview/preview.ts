// In the preview's page: tells the extension of ticks and of links that are followed, and keeps the place across a redraw.
interface Api {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): Api;

const api = acquireVsCodeApi();

document.addEventListener('change', event => {
  if (event.target instanceof HTMLInputElement && event.target.dataset['criterion'] !== undefined) {
    const number = Number(event.target.dataset['criterion']);
    api.setState({ scroll: scrollY, focus: number });
    api.postMessage({ tick: number, done: event.target.checked });
  }
});
document.addEventListener('click', event => {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (link) {
    event.preventDefault();
    api.postMessage({ open: link.getAttribute('data-href') ?? link.getAttribute('href') });
  }
});
document.addEventListener('scroll', () => api.setState({ ...(api.getState() as object | undefined), scroll: scrollY }));

const before = (api.getState() ?? {}) as { readonly scroll?: number; readonly focus?: number };
window.scrollTo(0, before.scroll ?? 0);
if (before.focus !== undefined) {
  document.querySelector<HTMLElement>(`[data-criterion="${before.focus}"]`)?.focus({ preventScroll: true });
}

export {};
