// In the preview's page: draws what the extension sends, and tells it of ticks and of links that are followed.
interface Api {
  postMessage(message: unknown): void;
}
declare function acquireVsCodeApi(): Api;

const api = acquireVsCodeApi();

/** Draws the page anew in its place, so that neither scroll nor focus is lost; nor taken from where the person is. */
window.addEventListener('message', (event: MessageEvent<{ readonly body: string }>) => {
  const active = document.activeElement;
  const held = active instanceof HTMLElement && document.hasFocus() ? active.dataset['criterion'] : undefined;
  const root = document.querySelector('main');
  if (root) {
    root.outerHTML = event.data.body;
  }
  if (held !== undefined) {
    document.querySelector<HTMLElement>(`[data-criterion="${held}"]`)?.focus({ preventScroll: true });
  }
});
document.addEventListener('change', event => {
  if (event.target instanceof HTMLInputElement && event.target.dataset['criterion'] !== undefined) {
    api.postMessage({ tick: Number(event.target.dataset['criterion']), done: event.target.checked });
  }
});
document.addEventListener('click', event => {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (link) {
    event.preventDefault();
    api.postMessage({ open: link.getAttribute('data-href') ?? link.getAttribute('href') });
  }
});
api.postMessage({ ready: true });

export {};
