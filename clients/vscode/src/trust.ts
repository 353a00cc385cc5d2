// What waits until the workspace is trusted: what talks to a server elsewhere, for which the workspace names the place and holds the texts.

/** Commands of the server that reach beyond this machine, or show and settle what does. */
export const needTrust: ReadonlySet<string> = new Set(['docket.outbox', 'docket.resolveConflict', 'docket.sync']);

export type Trust = 'trusted' | 'untrusted';

/** What to do first; undefined where a command may be carried out. */
export function trustFirst(command: string, trust: Trust): string | undefined {
  return trust === 'untrusted' && needTrust.has(command)
    ? 'docket does not talk to GitHub for a workspace that is not trusted. Trust the workspace first.' : undefined;
}
