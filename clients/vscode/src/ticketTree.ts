// The tree of tickets as plain values: groups, filter, and what dropping a ticket somewhere means.
import { isOf, parseFilter, passes } from '../../board/src/filter';
import { byUrgency } from '../../board/src/order';
import type { Kind, ProjectTickets, TicketRow } from './protocol';

export const groupings = ['status', 'milestone', 'assignee', 'label', 'parent', 'none'] as const;
export type Grouping = typeof groupings[number];

export interface TreeOptions {
  readonly grouping: Grouping;
  /** As it is typed in the board's quick filter too. */
  readonly filter: string;
  readonly closed: 'shown' | 'hidden';
}

/** One project of several. */
export interface ProjectNode {
  readonly type: 'project';
  readonly id: string;
  readonly root: string;
  readonly label: string;
  readonly children: readonly TreeNode[];
}

export interface GroupNode {
  readonly type: 'group';
  readonly id: string;
  readonly root: string;
  readonly label: string;
  /** What the tickets here have in common; null for those that have nothing of the kind. */
  readonly value: string | null;
  /** Of a status. */
  readonly kind?: Kind;
  readonly children: readonly TicketNode[];
}

export interface TicketNode {
  readonly type: 'ticket';
  readonly id: string;
  readonly root: string;
  readonly row: TicketRow;
  /** The value of the group that it stands in. */
  readonly group: string | null;
  readonly mine: boolean;
  /** It is here for its children's sake: the filter does not let it through. */
  readonly dimmed: boolean;
  readonly children: readonly TicketNode[];
}

export type TreeNode = ProjectNode | GroupNode | TicketNode;

/** What a change of a ticket's fields takes: the argument of `docket.set`. */
export interface Setting {
  readonly ticket: string;
  readonly root: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The tree. Several projects stand under their names, one alone without. */
export function ticketTree(projects: readonly ProjectTickets[], options: TreeOptions): readonly TreeNode[] {
  // an empty view is where VS Code says how to begin
  if (projects.every(it => it.tickets.length === 0)) {
    return [];
  }
  const filled = projects.length > 1 ? projects.filter(it => it.tickets.length > 0) : projects;
  const [first] = filled;
  if (first && filled.length === 1) {
    return projectNodes(first, options);
  }
  return filled.map(project => ({
    type: 'project', id: project.root, root: project.root, label: project.name, children: projectNodes(project, options),
  }));
}

function projectNodes(project: ProjectTickets, options: TreeOptions): readonly TreeNode[] {
  const filter = parseFilter(options.filter);
  const isOpen = (row: TicketRow): boolean => row.kind === 'open' || row.kind === 'active';
  const shown = project.tickets.filter(row => (options.closed === 'shown' || isOpen(row)) && passes(filter, row, project.me)).sort(byUrgency);
  const { root } = project;
  const node = (row: TicketRow, group: string | null, children: readonly TicketNode[] = [], dimmed = false): TicketNode => ({
    type: 'ticket', id: `${root}|${group ?? ''}|${row.id}|${row.path}`, root, row, group, mine: isOf(row, project.me), dimmed, children,
  });
  const group = (label: string, value: string | null, rows: readonly TicketRow[], kind?: Kind): GroupNode => ({
    type: 'group', id: `${root}|${options.grouping}|${value ?? ''}`, root, label, value, ...(kind && { kind }), children: rows.map(row => node(row, value)),
  });
  switch (options.grouping) {
    case 'none':
      return shown.map(row => node(row, null));
    case 'status': {
      const byStatus = gather(shown, row => [row.status]);
      return project.statuses
        .filter(status => options.closed === 'shown' || status.kind === 'open' || status.kind === 'active')
        .map(status => group(status.name, status.name, byStatus.get(status.name) ?? [], status.kind));
    }
    case 'milestone':
      return groups(shown, row => row.milestone === null ? [] : [row.milestone], 'No milestone', group);
    case 'assignee':
      return groups(shown, row => row.assignees, 'Nobody', group);
    case 'label':
      return groups(shown, row => row.labels, 'No label', group);
    case 'parent':
      return forest(project, shown, node);
  }
}

function groups(
  rows: readonly TicketRow[], valuesOf: (row: TicketRow) => readonly string[], without: string,
  group: (label: string, value: string | null, rows: readonly TicketRow[]) => GroupNode,
): GroupNode[] {
  const byValue = gather(rows, valuesOf);
  const rest = rows.filter(row => valuesOf(row).length === 0);
  const found = [...byValue].sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true })).map(([value, of]) => group(value, value, of));
  return rest.length > 0 ? [...found, group(without, null, rest)] : found;
}

/** Rows by what they have; one that has several is with each. */
function gather<Key>(rows: readonly TicketRow[], keysOf: (row: TicketRow) => readonly Key[]): Map<Key, TicketRow[]> {
  const gathered = new Map<Key, TicketRow[]>();
  for (const row of rows) {
    for (const key of keysOf(row)) {
      const had = gathered.get(key);
      if (had) {
        had.push(row);
      } else {
        gathered.set(key, [row]);
      }
    }
  }
  return gathered;
}

/** Tickets below their parents. A parent that the filter leaves out is there for its children; a ring of parents is cut. */
function forest(
  project: ProjectTickets, shown: readonly TicketRow[],
  node: (row: TicketRow, group: string | null, children: readonly TicketNode[], dimmed: boolean) => TicketNode,
): TicketNode[] {
  const byId = new Map(project.tickets.map(row => [row.id.toLowerCase(), row]));
  const parentOf = (row: TicketRow): TicketRow | undefined => row.parent === null ? undefined : byId.get(row.parent.toLowerCase());
  const passed = new Set(shown);
  const present = new Set<TicketRow>();
  const roots: TicketRow[] = [];
  for (const row of shown) {
    // up to what is known already, so that each is looked at once however long the line is
    const line = new Set<TicketRow>();
    let last = row;
    for (let at: TicketRow | undefined = row; at && !present.has(at) && !line.has(at); at = parentOf(at)) {
      line.add(at);
      last = at;
    }
    const above = parentOf(last);
    if (line.size > 0 && !(above && present.has(above))) {
      roots.push(last);
    }
    line.forEach(it => present.add(it));
  }
  const isRoot = new Set(roots);
  const children = gather([...present].sort(byUrgency), row => {
    const parent = isRoot.has(row) ? undefined : parentOf(row);
    return parent ? [parent] : [];
  });
  // downwards row by row, then upwards node by node: a long line is no deep recursion
  const order = [...roots];
  for (let at = 0; at < order.length; at += 1) {
    for (const child of children.get(order[at] as TicketRow) ?? []) {
      order.push(child);
    }
  }
  const made = new Map<TicketRow, TicketNode>();
  const nodesOf = (rows: readonly TicketRow[]): TicketNode[] => rows.flatMap(row => made.get(row) ?? []);
  for (const row of order.reverse()) {
    made.set(row, node(row, parentOf(row)?.id ?? null, nodesOf(children.get(row) ?? []), !passed.has(row)));
  }
  return nodesOf(roots.sort(byUrgency));
}

/** What becomes of tickets that are dropped on a node of the tree; a text says why nothing does. */
export function dropOnto(grouping: Grouping, target: TreeNode | undefined, dragged: readonly TicketNode[]): readonly Setting[] | string {
  if (target && dragged.some(it => it.root !== target.root)) {
    return 'A ticket does not move to another project.';
  }
  const settings: Setting[] = [];
  for (const node of dragged) {
    const fields = grouping === 'parent' ? newParent(target, node) : newGroup(grouping, target, node);
    if (typeof fields === 'string') {
      return fields;
    }
    if (fields) {
      settings.push({ ticket: node.row.id, root: node.root, fields });
    }
  }
  return settings;
}

function newParent(target: TreeNode | undefined, node: TicketNode): Readonly<Record<string, string>> | string | undefined {
  if (target?.type !== 'ticket') {
    return node.row.parent === null ? undefined : { parent: '' };
  }
  if (target.row.id === node.row.id || target.row.id === node.row.parent) {
    return undefined;
  }
  return holds(node, target.row.id) ? `${target.row.id} is below ${node.row.id} already.` : { parent: target.row.id };
}

function holds(node: TicketNode, id: string): boolean {
  const below = [...node.children];
  for (let at = below.pop(); at; at = below.pop()) {
    if (at.row.id === id) {
      return true;
    }
    at.children.forEach(child => below.push(child));
  }
  return false;
}

function newGroup(grouping: Grouping, target: TreeNode | undefined, node: TicketNode): Readonly<Record<string, string>> | string | undefined {
  if (target === undefined || target.type === 'project') {
    return undefined;
  }
  const value = target.type === 'group' ? target.value : target.group;
  if (value === node.group) {
    // the order is by priority first: beside another ticket is where that one's priority is
    const isThere = target.type === 'group' || (target.row.priority ?? 'medium') === (node.row.priority ?? 'medium');
    return isThere ? undefined : { priority: target.row.priority ?? '' };
  }
  switch (grouping) {
    case 'status':
      return value === null ? undefined : { status: value };
    case 'milestone':
      return { milestone: value ?? '' };
    case 'assignee':
      return { assignees: replaced(node.row.assignees, node.group, value) };
    case 'label':
      return { labels: replaced(node.row.labels, node.group, value) };
    default:
      return undefined;
  }
}

/** A list with one item in another's stead; without it, where there is none to come. */
function replaced(items: readonly string[], from: string | null, to: string | null): string {
  const rest = items.filter(it => it !== from && it !== to);
  return (to === null ? rest : [...rest, to]).join(', ');
}

/** The tickets that a command on a node is for: the node's, then those selected with it, each once though it may stand in several groups. */
export function selectedWith(node: TicketNode, selection: readonly TreeNode[] | undefined): readonly TicketNode[] {
  // the menu of a node that is not selected is that node's alone
  const selected = selection?.some(it => it.id === node.id) ? selection : [];
  const found = new Map<string, TicketNode>();
  for (const it of [node, ...selected]) {
    const key = it.type === 'ticket' ? `${it.root}|${it.row.path}` : '';
    if (it.type === 'ticket' && !found.has(key)) {
      found.set(key, it);
    }
  }
  return [...found.values()];
}

/** How many tickets ask for a look: their files have findings, or their day is past. */
export function attention(projects: readonly ProjectTickets[]): number {
  return projects.reduce((sum, project) => sum + project.tickets.filter(row => row.troubles > 0).length, 0);
}

/** What stands beside a title. */
export function describeTicket(row: TicketRow): string {
  const parts = [row.id];
  if (row.assignees.length > 0) {
    parts.push(row.assignees.map(person => `@${person}`).join(' '));
  }
  if (row.due) {
    parts.push(row.overdue ? `overdue ${row.due}` : `due ${row.due}`);
  }
  if (row.waitsFor.length > 0) {
    parts.push(`waits for ${row.waitsFor.join(', ')}`);
  }
  if (row.criteria.total > 0) {
    parts.push(`${row.criteria.done}/${row.criteria.total}`);
  }
  return parts.join(' · ');
}
