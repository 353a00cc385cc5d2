// What the board is drawn in: a webview of VS Code, or a page of `docket board --web`. Both answer the same calls.
import type { TicketAnswer, TicketsAnswer, TicketsParams, TicketParams } from '../../vscode/src/protocol';

/** The calls, with what they take and give. */
export interface Calls {
  tickets: [TicketsParams, TicketsAnswer];
  ticket: [TicketParams, TicketAnswer];
  setStatus: [{ ticket: string; status: string; root: string }, unknown];
  toggleCriterion: [{ ticket: string; criterion: number; done: boolean; root: string }, unknown];
  create: [{ title: string; root: string; status: string }, unknown];
}

/** What a drawn board was left with, to be there again after a reload. */
export interface Kept {
  readonly root?: string;
  readonly filter?: string;
  readonly closed?: 'shown' | 'hidden';
}

export interface Host {
  call<M extends keyof Calls>(method: M, params: Calls[M][0]): Promise<Calls[M][1]>;
  /** Rows may be different now. */
  onChanged(tell: () => void): void;
  /** The connection went, with what to do, or came back. */
  onTrouble(tell: (message: string | undefined) => void): void;
  /** Shows a ticket's file beside the board; without it the board shows a card of its own. */
  open?(ticket: string, root: string, path: string): void;
  /** Has the editor ask for a new ticket; without it the board asks. */
  create?(status: string, root: string): void;
  kept(): Kept;
  keep(state: Kept): void;
}

interface VsCode {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCode;

/** The host that this page runs in. */
export function findHost(): Host {
  return typeof acquireVsCodeApi === 'function' ? inEditor(acquireVsCodeApi()) : inBrowser();
}

/** Messages of the extension: an answer to a call, or that something changed. */
type FromEditor =
  | { readonly answer: number; readonly result?: unknown; readonly error?: string }
  | { readonly changed: true }
  | { readonly trouble: string | null };

function inEditor(api: VsCode): Host {
  const waiting = new Map<number, { done: (value: never) => void; failed: (error: Error) => void }>();
  const changed: (() => void)[] = [];
  const trouble: ((message: string | undefined) => void)[] = [];
  let last = 0;
  window.addEventListener('message', (event: MessageEvent<FromEditor>) => {
    const message = event.data;
    if ('answer' in message) {
      const asker = waiting.get(message.answer);
      waiting.delete(message.answer);
      if (message.error === undefined) {
        asker?.done(message.result as never);
      } else {
        asker?.failed(new Error(message.error));
      }
    } else if ('changed' in message) {
      changed.forEach(tell => tell());
    } else if ('trouble' in message) {
      trouble.forEach(tell => tell(message.trouble ?? undefined));
    }
  });
  return {
    call: (method, params) => new Promise((done, failed) => {
      last += 1;
      waiting.set(last, { done, failed });
      api.postMessage({ call: last, method, params });
    }),
    onChanged: tell => { changed.push(tell); },
    onTrouble: tell => { trouble.push(tell); },
    open: (ticket, root, path) => api.postMessage({ open: ticket, root, path }),
    create: (status, root) => api.postMessage({ create: status, root }),
    kept: () => (api.getState() ?? {}) as Kept,
    keep: state => api.setState(state),
  };
}

const tokenKey = 'docket-token';
const stateKey = 'docket-board';
const gone = 'The connection to docket is gone. Start `docket board --web` again; this page goes on by itself where it can.';

/**
 * The page of `docket board --web`. The token comes in the address's fragment, which no server sees and no log keeps, and stays in this
 * tab's own storage; it goes with each call as a header, so that no other page can make one.
 */
function inBrowser(): Host {
  const trouble: ((message: string | undefined) => void)[] = [];
  const changed: (() => void)[] = [];
  const given = location.hash.slice(1);
  if (given !== '') {
    history.replaceState(null, '', location.pathname);
  }
  const token: Promise<string> = given === '' ? Promise.resolve(sessionStorage.getItem(tokenKey) ?? '') : enter(given);
  const ask = async (path: string, init: RequestInit): Promise<Response> =>
    fetch(`/api/${path}`, { ...init, cache: 'no-store', headers: { 'content-type': 'application/json', authorization: `Bearer ${await token}` } });
  void listen();

  /** Trades the token that came in the address for the one of this session. */
  async function enter(first: string): Promise<string> {
    const answer = await fetch('/api/enter', { method: 'POST', cache: 'no-store', headers: { authorization: `Bearer ${first}` } });
    const session = answer.ok ? (await answer.json() as { token: string }).token : '';
    sessionStorage.setItem(tokenKey, session);
    return session;
  }

  /** Reads the stream of changes, and begins again where it breaks off. */
  async function listen(): Promise<void> {
    for (let wait = 500; ; wait = Math.min(wait * 2, 10_000)) {
      try {
        const answer = await ask('changes', { method: 'GET' });
        if (answer.status === 401) {
          const { error } = await answer.json() as { error: string };
          trouble.forEach(tell => tell(error));
          return;
        }
        const reader = answer.body?.getReader();
        if (answer.ok && reader) {
          trouble.forEach(tell => tell(undefined));
          changed.forEach(tell => tell());
          wait = 250;
          while (!(await reader.read()).done) {
            changed.forEach(tell => tell());
          }
        }
      } catch {
        // not there: it is told below, and tried again
      }
      trouble.forEach(tell => tell(gone));
      await new Promise(resolve => setTimeout(resolve, wait));
    }
  }

  return {
    call: async (method, params) => {
      const answer = await ask(method, { method: 'POST', body: JSON.stringify(params) });
      const value = await answer.json() as { error?: string };
      if (!answer.ok) {
        throw new Error(value.error ?? `docket answered ${answer.status}`);
      }
      return value as never;
    },
    onChanged: tell => { changed.push(tell); },
    onTrouble: tell => { trouble.push(tell); },
    kept: () => JSON.parse(sessionStorage.getItem(stateKey) ?? '{}') as Kept,
    keep: state => sessionStorage.setItem(stateKey, JSON.stringify(state)),
  };
}
