// The form of a new ticket as a walk through its questions: forward, back, and done at any time. Pure.
import { priorities } from './commands';
import type { ProjectTickets } from './protocol';

/** What has been answered so far. */
export type Answers = Readonly<Partial<Record<'title' | 'status' | 'priority' | 'type' | 'labels' | 'assignees' | 'milestone' | 'parent', string>>>;

export interface Question {
  readonly field: keyof Answers;
  readonly prompt: string;
  /** Answers to choose from; a text may be typed where there are none, or where `free` says so. */
  readonly choices: readonly { readonly label: string; readonly description?: string; readonly value: string }[];
  readonly typed: 'free' | 'chosen';
  readonly many: boolean;
}

/** The questions for a project, in their order. */
export function questions(project: ProjectTickets): readonly Question[] {
  const used = (values: readonly (string | null)[]): { label: string; value: string }[] => {
    const counts = new Map<string, number>();
    values.forEach(it => it !== null && counts.set(it, (counts.get(it) ?? 0) + 1));
    return [...counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).map(([value]) => ({ label: value, value }));
  };
  const { tickets, me } = project;
  const people = used([...tickets.flatMap(it => it.assignees)]).filter(it => it.value !== me);
  const types = [...new Set([...tickets.map(it => it.type), 'feature', 'bug', 'task'].filter(it => it !== null))];
  const open = tickets.filter(it => it.kind === 'open' || it.kind === 'active');
  return [
    { field: 'title', prompt: 'What is to be done, in one line', choices: [], typed: 'free', many: false },
    { field: 'priority', prompt: 'Priority', choices: priorities.map(value => ({ label: value, value })), typed: 'chosen', many: false },
    { field: 'type', prompt: 'Type', choices: types.map(value => ({ label: value, value })), typed: 'free', many: false },
    { field: 'labels', prompt: 'Labels, with commas', choices: used(tickets.flatMap(it => it.labels)), typed: 'free', many: true },
    {
      field: 'assignees', prompt: 'Assignees, with commas', typed: 'free', many: true,
      choices: [...me === null ? [] : [{ label: me, description: 'yourself', value: me }], ...people],
    },
    { field: 'milestone', prompt: 'Milestone', choices: used(tickets.map(it => it.milestone)), typed: 'free', many: false },
    { field: 'parent', prompt: 'Parent', choices: open.map(it => ({ label: it.title, description: it.id, value: it.id })), typed: 'chosen', many: false },
  ];
}

/** Why an answer will not do, in a sentence; undefined where it will. */
export function objection(question: Question, answer: string): string | undefined {
  return question.field === 'title' && answer.trim() === '' ? 'A ticket needs a title.' : undefined;
}

/** The argument of `docket.createTicket`. */
export function argument(project: ProjectTickets, answers: Answers): { title: string; uri: string; fields: Record<string, string> } {
  const { title = '', ...others } = answers;
  const fields = Object.entries(others).map(([field, value]): [string, string] => [field, value.trim()]).filter(([, value]) => value !== '');
  return { title: title.trim(), uri: project.root, fields: Object.fromEntries(fields) };
}
