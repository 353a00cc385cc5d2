// Rows for tests, with what does not matter filled in.
import type { ProjectTickets, ProjectTodos, TicketRow, TodoRow } from '../src/protocol';

export function row(given: Partial<TicketRow> & { readonly id: string }): TicketRow {
  return {
    title: `About ${given.id}`, status: 'todo', kind: 'open', priority: null, type: null, labels: [], assignees: [], milestone: null, parent: null,
    dependsOn: [], waitsFor: [], due: null, overdue: false, estimate: null, github: null, created: null, path: `.docs/tickets/${given.id}.md`,
    criteria: { done: 0, total: 0 }, todos: 0, troubles: 0, ...given,
  };
}

export function project(tickets: readonly TicketRow[], given: Partial<ProjectTickets> = {}): ProjectTickets {
  return {
    root: 'file:///p', name: 'p', complete: true, me: 'ana', tickets,
    statuses: [
      { name: 'todo', kind: 'open', known: true }, { name: 'in-progress', kind: 'active', known: true }, { name: 'done', kind: 'done', known: true },
    ],
    ...given,
  };
}

export function todo(given: Partial<TodoRow> & { readonly line?: number }): TodoRow {
  const { line = 0, ...rest } = given;
  const range = { start: { line, character: 3 }, end: { line, character: 7 } };
  return {
    path: 'src/a.rs', keywordRange: range, range, keyword: 'TODO', text: 'mend it', references: [], ticket: null, title: null, kind: null, people: [],
    mine: false, priority: null, conditions: [], due: null, rules: [], trouble: false, since: null, new: null, fingerprint: `f${line}`, ...rest,
  };
}

export function todoProject(todos: readonly TodoRow[], given: Partial<ProjectTodos> = {}): ProjectTodos {
  return { root: 'file:///p', name: 'p', complete: true, keywords: ['TODO', 'FIXME', 'HACK', 'PERF'], todos, ...given };
}
