// When a server that crashed is started again: sooner at first, later each time, and not for ever.

/** Seconds to wait after the first crash, the second, and so on. */
const waits = [1, 2, 4, 8, 16] as const;
/** Crashes longer ago than this, in milliseconds, no longer count. */
const memory = 5 * 60_000;

/** The crashes of one session. */
export class Backoff {
  private crashes: number[] = [];

  /** Notes a crash at a time in milliseconds; gives the seconds to wait, or undefined where it is enough. */
  crashed(at: number): number | undefined {
    this.crashes = this.crashes.filter(it => at - it < memory);
    this.crashes.push(at);
    return waits[this.crashes.length - 1];
  }

  /** The person started it: what was before is forgiven. */
  forget(): void {
    this.crashes = [];
  }
}

/** What keeps a program from starting, in words, from the message of the system. */
export function explainStart(program: string, message: string): string {
  const reasons: readonly (readonly [RegExp, string])[] = [
    [/EACCES|EPERM/, 'it may not be run. Make it executable.'],
    [/ENOENT/, 'the system does not find it, or a library that it needs. Install docket again.'],
    [/EPIPE|got disposed|exited/, 'it ended at once. The log has what it printed.'],
  ];
  const reason = reasons.find(([sign]) => sign.test(message))?.[1];
  return reason ? `docket did not start: ${program} cannot be run, ${reason}` : `docket did not start: ${message}`;
}
