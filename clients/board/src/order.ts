// The order of tickets where no person gave one: by priority, due date, age. Pure.
import type { TicketRow } from '../../vscode/src/protocol';

const priorities = ['critical', 'high', 'medium', 'low'];

function rank(priority: string | null): number {
  const at = priorities.indexOf(priority ?? 'medium');
  return at < 0 ? priorities.indexOf('medium') : at;
}

const latest = '9999-12-31';

/** Best first, as `docket next` has it; equals by id. */
export function byUrgency(one: TicketRow, other: TicketRow): number {
  return rank(one.priority) - rank(other.priority)
    || compare(one.due ?? latest, other.due ?? latest)
    || compare(one.created ?? latest, other.created ?? latest)
    || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
