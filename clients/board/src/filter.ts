// The quick filter of board and tree: words, people, labels, and what is said with a colon. Pure.
import type { TicketRow } from '../../vscode/src/protocol';

/** One condition that a ticket meets or not. */
interface Term {
  readonly negated: boolean;
  readonly meets: (row: TicketRow, me: string | null) => boolean;
}

/** What was typed, read once and asked of every ticket. Everything in it must be met. */
export interface Filter {
  readonly terms: readonly Term[];
  /** Words with a colon that mean nothing here; they count as text. */
  readonly unknown: readonly string[];
}

/** What the filter understands, in words for a placeholder or a help text. */
export const filterHelp = 'words, @user, @me, !label, status:review, priority:high, type:bug, milestone:v1, parent:T-7k3f, is:overdue, is:blocked, is:mine; - in front says not';

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
const text = (value: string | null): string => value ?? 'none';

/** `key:value`; what is absent is called `none`. */
const fields: Readonly<Record<string, (row: TicketRow, value: string) => boolean>> = {
  status: (row, value) => same(row.status, value) || same(row.kind, value),
  priority: (row, value) => same(text(row.priority), value),
  type: (row, value) => same(text(row.type), value),
  milestone: (row, value) => same(text(row.milestone), value),
  parent: (row, value) => same(text(row.parent), value),
  label: (row, value) => has(row.labels, value),
  assignee: (row, value) => has(row.assignees, value),
};

/** `is:word`. */
const states: Readonly<Record<string, (row: TicketRow, me: string | null) => boolean>> = {
  overdue: row => row.overdue,
  blocked: row => row.waitsFor.length > 0,
  ready: row => row.kind === 'open' && row.waitsFor.length === 0,
  mine: (row, me) => isOf(row, me),
  trouble: row => row.troubles > 0,
  open: row => row.kind === 'open',
  active: row => row.kind === 'active',
  done: row => row.kind === 'done',
  dropped: row => row.kind === 'dropped',
};

/** Whether a ticket is assigned to the user. */
export function isOf(row: TicketRow, me: string | null): boolean {
  return me !== null && row.assignees.some(person => same(person, me));
}

function has(values: readonly string[], wanted: string): boolean {
  return same(wanted, 'none') ? values.length === 0 : values.some(value => same(value, wanted));
}

/** Reads what was typed. Nothing typed lets everything through. */
export function parseFilter(typed: string): Filter {
  const terms: Term[] = [];
  const unknown: string[] = [];
  for (const word of words(typed)) {
    const negated = word.startsWith('-') && word.length > 1;
    const rest = negated ? word.slice(1) : word;
    terms.push({ negated, meets: term(rest, unknown) });
  }
  return { terms, unknown };
}

function term(word: string, unknown: string[]): Term['meets'] {
  if (word.startsWith('@') && word.length > 1) {
    const person = word.slice(1);
    return (row, me) => same(person, 'me') ? isOf(row, me) : has(row.assignees, person);
  }
  if (word.startsWith('!') && word.length > 1) {
    const label = word.slice(1);
    return row => has(row.labels, label);
  }
  const colon = word.indexOf(':');
  if (colon > 0) {
    const [key, value] = [word.slice(0, colon).toLowerCase(), word.slice(colon + 1)];
    const state = key === 'is' ? states[value.toLowerCase()] : undefined;
    const field = fields[key];
    if (state) {
      return state;
    }
    if (field) {
      // half typed: it filters nothing yet
      return row => value === '' || field(row, value.replace(/^@/, ''));
    }
    unknown.push(word);
  }
  const lower = word.toLowerCase();
  return row => row.title.toLowerCase().includes(lower) || row.id.toLowerCase().includes(lower);
}

/** The words of a line; those in quotes are one, quotes after a colon too. */
function words(typed: string): string[] {
  const found: string[] = [];
  for (const match of typed.matchAll(/(?:[^\s"]|"[^"]*"?)+/g)) {
    const word = match[0].replaceAll('"', '');
    if (word !== '' && word !== '-') {
      found.push(word);
    }
  }
  return found;
}

/** Whether a ticket meets all of a filter. */
export function passes(filter: Filter, row: TicketRow, me: string | null): boolean {
  return filter.terms.every(it => it.meets(row, me) !== it.negated);
}
