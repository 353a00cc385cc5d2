// What the board shows: columns by status, filtered and in order. Pure.
import type { ProjectTickets, Status, TicketRow } from '../../vscode/src/protocol';
import { parseFilter, passes } from './filter';
import { byUrgency } from './order';

export interface Column {
  readonly status: Status;
  readonly tickets: readonly TicketRow[];
  /** How many there are without the filter. */
  readonly total: number;
}

/** Columns that are begun with a wish to see them; done and dropped ones grow for ever. */
export type Closed = 'shown' | 'hidden';

/** The columns of a project. Statuses that only tickets name have one too: a board that loses tickets is none. */
export function columns(project: ProjectTickets, typed: string, closed: Closed): Column[] {
  const filter = parseFilter(typed);
  const byStatus = new Map<string, TicketRow[]>();
  for (const row of project.tickets) {
    const rows = byStatus.get(row.status);
    if (rows) {
      rows.push(row);
    } else {
      byStatus.set(row.status, [row]);
    }
  }
  return project.statuses
    .filter(status => closed === 'shown' || status.kind === 'open' || status.kind === 'active')
    .map(status => {
      const all = byStatus.get(status.name) ?? [];
      return { status, total: all.length, tickets: all.filter(row => passes(filter, row, project.me)).sort(byUrgency) };
    });
}

/** The rows as they will be once the ticket of a file has its new status: shown at once, put right by the next answer. */
export function moved(project: ProjectTickets, path: string, status: string): ProjectTickets {
  const kind = project.statuses.find(it => it.name === status)?.kind;
  if (!kind) {
    return project;
  }
  const change = (row: TicketRow): TicketRow => row.path === path ? { ...row, status, kind, overdue: row.overdue && !isClosed(kind) } : row;
  return { ...project, tickets: project.tickets.map(change) };
}

function isClosed(kind: Status['kind']): boolean {
  return kind === 'done' || kind === 'dropped';
}

/** The status to the left or right of one that a ticket can be given; undefined at the end. */
export function neighbour(all: readonly Column[], status: string, step: -1 | 1): string | undefined {
  for (let at = all.findIndex(it => it.status.name === status) + step; at >= 0 && at < all.length; at += step) {
    const column = all[at];
    if (column?.status.known) {
      return column.status.name;
    }
  }
  return undefined;
}

/** A ticket in one sentence, for those who hear the board. */
export function spoken(row: TicketRow): string {
  const parts = [row.id, row.title, row.status];
  if (row.priority) {
    parts.push(`${row.priority} priority`);
  }
  if (row.assignees.length > 0) {
    parts.push(`assigned to ${row.assignees.join(', ')}`);
  }
  if (row.due) {
    parts.push(row.overdue ? `overdue since ${row.due}` : `due ${row.due}`);
  }
  if (row.waitsFor.length > 0) {
    parts.push(`waits for ${row.waitsFor.join(', ')}`);
  }
  if (row.criteria.total > 0) {
    parts.push(`${row.criteria.done} of ${row.criteria.total} criteria met`);
  }
  if (row.troubles > 0) {
    parts.push(row.troubles === 1 ? '1 finding' : `${row.troubles} findings`);
  }
  return parts.join(', ');
}
