// The tree of TODOs as plain values.
import type { ProjectTodos, TodoRow } from './protocol';

export const todoGroupings = ['file', 'keyword', 'ticket', 'person', 'age'] as const;
export type TodoGrouping = typeof todoGroupings[number];

export type Whose = 'all' | 'mine' | 'new';

export interface TodoOptions {
  readonly grouping: TodoGrouping;
  /** All, those that name the user, or those that were not there where the branch began. */
  readonly whose: Whose;
  /** Words that all stand in text, path, ticket or references. */
  readonly filter: string;
  /** The day that ages are counted from, ISO 8601. */
  readonly today: string;
}

/** Ages by their least days, the youngest first. A line that no commit has comes before them all. */
const ages = [
  { from: 0, label: 'Today' }, { from: 1, label: 'Last 7 days' }, { from: 7, label: 'Last 30 days' },
  { from: 30, label: 'Last year' }, { from: 365, label: 'Older than a year' },
] as const;
const notCommitted = 'Not committed';

/** Whether git has to be asked for what the tree shows. */
export function needsHistory(options: Pick<TodoOptions, 'grouping' | 'whose'>): boolean {
  return options.grouping === 'age' || options.whose === 'new';
}

export interface TodoProject {
  readonly type: 'project';
  readonly id: string;
  readonly label: string;
  readonly children: readonly TodoGroup[];
}

export interface TodoGroup {
  readonly type: 'group';
  readonly id: string;
  readonly root: string;
  readonly label: string;
  readonly description: string;
  readonly value: string | null;
  readonly grouping: TodoGrouping;
  readonly children: readonly TodoNode[];
}

export interface TodoNode {
  readonly type: 'todo';
  readonly id: string;
  readonly root: string;
  readonly row: TodoRow;
  readonly label: string;
  readonly description: string;
}

export type TodoTreeNode = TodoProject | TodoGroup | TodoNode;

export function todoTree(projects: readonly ProjectTodos[], options: TodoOptions): readonly TodoTreeNode[] {
  const filled = projects.length > 1 ? projects.filter(it => it.todos.length > 0) : projects;
  const [first] = filled;
  if (first && filled.length === 1) {
    return groupsOf(first, options);
  }
  return filled.map(project => ({ type: 'project', id: project.root, label: project.name, children: groupsOf(project, options) }));
}

function groupsOf(project: ProjectTodos, options: TodoOptions): TodoGroup[] {
  const words = options.filter.toLowerCase().split(/\s+/).filter(it => it !== '');
  const passes = (row: TodoRow): boolean => {
    const searched = [row.keyword, row.text, row.path, row.ticket ?? '', row.title ?? '', ...row.references].join('\n').toLowerCase();
    return isWanted(row, options.whose) && words.every(it => searched.includes(it));
  };
  const found = new Map<string, { readonly value: string | null; readonly rows: TodoRow[] }>();
  for (const row of project.todos.filter(passes)) {
    for (const value of valuesOf(row, options)) {
      const key = value ?? '';
      const group = found.get(key);
      if (group) {
        group.rows.push(row);
      } else {
        found.set(key, { value, rows: [row] });
      }
    }
  }
  const rank = ({ value }: { readonly value: string | null }): number => {
    const at = options.grouping === 'keyword' && value !== null ? project.keywords.indexOf(value)
      : options.grouping === 'age' ? ages.findIndex(it => it.label === value) : 0;
    if (value === notCommitted && options.grouping === 'age') {
      return -1;
    }
    return value === null || at < 0 ? Number.MAX_SAFE_INTEGER : at;
  };
  return [...found.values()]
    .sort((one, other) => rank(one) - rank(other) || (one.value ?? '').localeCompare(other.value ?? '', 'en', { numeric: true }))
    .map(({ value, rows }) => group(project, value, rows, options.grouping));
}

function isWanted(row: TodoRow, whose: Whose): boolean {
  switch (whose) {
    case 'all':
      return true;
    case 'mine':
      return row.mine;
    case 'new':
      return row.new === true;
  }
}

function ageOf(since: string | null, today: string): string {
  if (since === null) {
    return notCommitted;
  }
  const days = Math.max(0, (Date.parse(today) - Date.parse(since)) / 86_400_000);
  return ages.findLast(it => days >= it.from)?.label ?? notCommitted;
}

function valuesOf(row: TodoRow, { grouping, today }: TodoOptions): readonly (string | null)[] {
  switch (grouping) {
    case 'file':
      return [row.path];
    case 'keyword':
      return [row.keyword];
    case 'ticket':
      return [row.ticket];
    case 'person':
      return row.people.length === 0 ? [null] : row.people;
    case 'age':
      return [ageOf(row.since, today)];
  }
}

function group(project: ProjectTodos, value: string | null, rows: readonly TodoRow[], grouping: TodoGrouping): TodoGroup {
  const { root } = project;
  const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const folder = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const [label, description] = grouping === 'file' ? [name(value ?? ''), folder(value ?? '')]
    : grouping === 'ticket' ? [value ?? 'No ticket', value === null ? '' : rows[0]?.title ?? 'no such ticket']
      : grouping === 'person' ? [value === null ? 'Nobody' : `@${value}`, ''] : [value ?? '', ''];
  return {
    type: 'group', id: `${root}|${grouping}|${value ?? ''}`, root, label, description, value, grouping,
    children: rows.map((row, at) => ({
      type: 'todo', id: `${root}|${grouping}|${value ?? ''}|${row.path}|${row.fingerprint}|${at}`, root, row,
      label: row.text === '' ? row.keyword : row.text,
      description: describe(row, grouping),
    })),
  };
}

function describe(row: TodoRow, grouping: TodoGrouping): string {
  const parts = [grouping === 'file' ? `line ${row.range.start.line + 1}` : `${row.path}:${row.range.start.line + 1}`];
  if (row.ticket !== null && grouping !== 'ticket') {
    parts.push(row.ticket);
  }
  parts.push(...row.references.filter(it => it !== row.ticket));
  if (grouping === 'age' && row.since !== null) {
    parts.push(`since ${row.since}`);
  }
  if (row.due) {
    parts.push(`due ${row.due}`);
  }
  return parts.join(' · ');
}

/** How many TODOs ask for a look: a warning or an error stands at them. */
export function todoAttention(projects: readonly ProjectTodos[]): number {
  return projects.reduce((sum, project) => sum + project.todos.filter(row => row.trouble).length, 0);
}

/** The TODO to go to from a place, round at the end; undefined where there is none. */
export function nextTodo(
  todos: readonly TodoRow[], from: { readonly line: number; readonly character: number }, way: 'next' | 'previous',
): TodoRow | undefined {
  const after = (row: TodoRow): number => row.keywordRange.start.line - from.line || row.keywordRange.start.character - from.character;
  const sorted = [...todos].sort((one, other) => after(one) - after(other));
  return way === 'next'
    ? sorted.find(row => after(row) > 0) ?? sorted[0]
    : sorted.findLast(row => after(row) < 0) ?? sorted[sorted.length - 1];
}
