// What the status bar says, as plain values.

export type ServerState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly version: string; readonly path: string }
  | { readonly kind: 'stopped' }
  /** It crashed, and will be started again by itself. */
  | { readonly kind: 'waiting'; readonly seconds: number }
  | { readonly kind: 'failed'; readonly message: string };

/** The entry of the status bar. */
export interface StatusEntry {
  readonly text: string;
  /** Lines of Markdown. */
  readonly tooltip: string;
  /** For those who hear it. */
  readonly spoken: string;
  readonly warning: boolean;
}

/** What may be done, as links of the tooltip. */
const actions = '[Board](command:docket.openBoard) · [Restart](command:docket.restart) · [Log](command:docket.showLog)';

/** Puts the server's state into a few words and an icon. */
export function statusEntry(state: ServerState): StatusEntry {
  const entry = (icon: string, said: string, warning: boolean): StatusEntry => ({
    text: `$(${icon}) docket`, tooltip: `${escape(said)}\n\n${actions}`, spoken: said, warning,
  });
  switch (state.kind) {
    case 'starting':
      return entry('loading~spin', 'docket is starting', false);
    case 'running':
      return entry('checklist', `docket ${state.version}\n\n${state.path}`, false);
    case 'stopped':
      return entry('circle-slash', 'docket has stopped', true);
    case 'waiting':
      return entry('sync-ignored', `docket crashed and starts again in ${state.seconds === 1 ? '1 second' : `${state.seconds} seconds`}`, true);
    case 'failed':
      return entry('warning', state.message, true);
  }
}

/** Text as Markdown takes it literally. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|]/g, '\\$&');
}
