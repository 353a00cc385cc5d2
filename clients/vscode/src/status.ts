// What the status bar says, as plain values.

export type ServerState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly version: string; readonly path: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string };

/** The entry of the status bar. */
export interface StatusEntry {
  readonly text: string;
  readonly tooltip: string;
  readonly warning: boolean;
}

/** Puts the server's state into a few words and an icon. */
export function statusEntry(state: ServerState): StatusEntry {
  switch (state.kind) {
    case 'starting':
      return { text: '$(loading~spin) docket', tooltip: 'docket is starting', warning: false };
    case 'running':
      return { text: '$(checklist) docket', tooltip: `docket ${state.version}\n${state.path}\nClick for the log.`, warning: false };
    case 'stopped':
      return { text: '$(circle-slash) docket', tooltip: 'docket has stopped. Click for the log.', warning: true };
    case 'failed':
      return { text: '$(warning) docket', tooltip: `${state.message}\nClick for the log.`, warning: true };
  }
}
