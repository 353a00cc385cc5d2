// The server's commands as a person calls them: each takes one JSON object, which is asked for here where none is given.
import type { ProjectTickets, TicketCard, TicketRow } from './protocol';

/** A place in a document, as the server takes it. */
export interface Place {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}

/** One of several things to choose. */
export interface Choice {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
}

/** A ticket that the person has chosen. */
export interface ChosenTicket {
  readonly row: TicketRow;
  readonly project: ProjectTickets;
  /** Others that are selected with it, and get the same. */
  readonly also?: readonly AlsoChosen[];
}

export interface AlsoChosen {
  readonly row: TicketRow;
  readonly root: string;
}

/** What the person is asked; undefined where they turn away. */
export interface Asker {
  /** The cursor, where a document has it. */
  readonly here: () => Place | undefined;
  readonly text: (prompt: string, before?: string) => Promise<string | undefined>;
  readonly choose: (prompt: string, choices: readonly Choice[]) => Promise<string | undefined>;
  readonly ticket: (prompt: string) => Promise<ChosenTicket | undefined>;
  readonly card: (ticket: string, root: string) => Promise<TicketCard | undefined>;
  /** The folder of a project; asked for only where there are several and no file says which. */
  readonly project: () => Promise<string | undefined>;
  /** The discussions of a project that wait, by their ids. */
  readonly discussions: (uri: string | undefined) => Promise<readonly Choice[]>;
}

/** A proposal that came of a discussion, with the page that shows it. */
export interface DiscussionRow {
  readonly id: string;
  readonly discussion: string;
}

/** The fields that a person may be asked for, in the order in which a ticket has them. */
export const fieldNames = ['title', 'status', 'priority', 'type', 'labels', 'assignees', 'milestone', 'parent', 'depends-on', 'due', 'estimate', 'github'] as const;
export type FieldName = typeof fieldNames[number];
export const priorities = ['critical', 'high', 'medium', 'low'] as const;

/** The pairs of roles that ship, and what each gives. */
const pairs = [
  ['product-manager', 'backend', 'scope of the backend'], ['product-manager', 'frontend', 'scope of the interface'],
  ['product-manager', 'devops', 'plan of the releases'], ['product-manager', 'qa', 'acceptance'], ['product-manager', 'security', 'risks'],
  ['backend', 'frontend', 'API'], ['backend', 'devops', 'deployment plan'], ['frontend', 'qa', 'interface tests'],
  ['devops', 'security', 'security checks'], ['qa', 'security', 'security tests'],
] as const;

/** The commands that the palette offers, with what each lacks. */
const completions: Readonly<Record<string, (ask: Asker) => Promise<object | undefined>>> = {
  'docket.createTicket': async ask => {
    const here = ask.here();
    const title = (await ask.text(here ? 'Title of the ticket; empty for the TODO at the cursor' : 'Title of the ticket'))?.trim();
    if (title === undefined) {
      return undefined;
    }
    return title === '' ? here : { title, ...(here && { uri: here.uri }) };
  },
  'docket.import': async ask => {
    const uri = await ask.project();
    const source = uri === undefined ? undefined : (await ask.text("A file or folder of the other tool, from the project's folder"))?.trim();
    if (uri === undefined || !source) {
      return undefined;
    }
    const what = await ask.choose(`Tickets of ${source}?`, [
      { label: 'Count what would be made', value: 'plan' }, { label: 'Make the tickets', value: 'make' },
    ]);
    return what === undefined ? undefined : { uri, source, ...(what === 'plan' && { dryRun: true }) };
  },
  'docket.linkTodo': async ask => {
    const here = ask.here();
    const chosen = here && (await ask.ticket('Which ticket is the TODO of?'));
    return here && chosen ? { ...here, ticket: chosen.row.id } : undefined;
  },
  'docket.setStatus': async ask => {
    const chosen = await ask.ticket('Whose status?');
    return chosen && askStatus(ask, chosen);
  },
  'docket.assign': async ask => {
    const chosen = await ask.ticket('Which ticket?');
    return chosen && askPerson(ask, chosen);
  },
  'docket.set': async ask => {
    const chosen = await ask.ticket('Which ticket?');
    const field = chosen && (await ask.choose(`Which field of ${chosen.row.id}?`, fieldNames.map(value => ({ label: value, value }))));
    return chosen && field ? askField(ask, chosen, field as FieldName) : undefined;
  },
  'docket.renumber': async ask => {
    const chosen = await ask.ticket('Which id have several tickets?');
    return chosen && { ticket: chosen.row.id };
  },
  'docket.resolveConflict': async ask => {
    const chosen = await ask.ticket('Which ticket?');
    const take = chosen && (await ask.choose(`Both sides changed ${chosen.row.id}. What holds?`, [
      { label: 'What the ticket says', value: 'mine' }, { label: 'What the issue says', value: 'theirs' }, { label: 'Both, one after the other', value: 'both' },
    ]));
    return chosen && take ? { uri: chosen.project.root, ticket: chosen.row.id, take } : undefined;
  },
  'docket.showConflict': async ask => namedIf(await ask.ticket('Whose conflict?')),
  'docket.showCriteria': async ask => namedIf(await ask.ticket('Whose acceptance criteria?')),
  'docket.showTodos': async ask => namedIf(await ask.ticket('Whose TODOs?')),
  'docket.pullRequest': async ask => namedIf(await ask.ticket('Whose pull request?')),
  'docket.start': async ask => namedIf(await ask.ticket('Which ticket do you begin?')),
  'docket.adopt': ofProject,
  'docket.linkNewTodos': ofProject,
  'docket.toggleNew': ofProject,
  'docket.align': ofProject,
  'docket.analyze': ofProject,
  'docket.expand': async ask => namedIf(await ask.ticket('Which ticket is split into parts?')),
  'docket.estimate': async ask => namedIf(await ask.ticket('Which ticket is estimated?')),
  'docket.discuss': async ask => {
    const uri = await ask.project();
    const waiting = await ask.discussions(uri);
    const topic = waiting.length === 0 ? 'ticket' : await ask.choose('What is discussed?', [{ label: 'A ticket', value: 'ticket' }, ...waiting]);
    if (topic !== 'ticket') {
      return topic === undefined ? undefined : { topic, ...(uri !== undefined && { uri }) };
    }
    const chosen = await ask.ticket('What is discussed?');
    const who = chosen && await ask.choose('Who discusses it, and what do they give?', [
      { label: 'Everybody', description: 'a page of each pair', value: '' },
      ...pairs.map(([one, other, gives]) => ({ label: `${one}, ${other}`, description: gives, value: `${one} ${other}` })),
    ]);
    const says = who === undefined ? undefined : await ask.text('What have you to say to it? Empty to listen');
    return chosen && who !== undefined && says !== undefined ? {
      topic: chosen.row.id, root: chosen.project.root,
      ...(who !== '' && { roles: who.split(' ') }), ...(says.trim() && { says: says.trim() }),
    } : undefined;
  },
  'docket.writeTests': async ask => namedIf(await ask.ticket('Which ticket is tested?')),
  'docket.writeDocs': async ask => {
    const here = ask.here();
    return here && { uri: here.uri };
  },
  'docket.schema': ofProject,
  'docket.proposals': ofProject,
  'docket.plan': async ask => {
    const uri = await ask.project();
    const of = uri === undefined ? undefined : await ask.choose('Requirements and tickets of what?', [
      { label: 'The brief', value: 'brief' }, { label: 'A ticket', value: 'ticket' }, { label: 'TODOs that nothing tracks', value: 'todos' },
    ]);
    if (of === undefined) {
      return undefined;
    }
    const ticket = of === 'ticket' ? await ask.ticket('Which ticket is planned?') : undefined;
    if (of === 'ticket' && ticket === undefined) {
      return undefined;
    }
    const what = await ask.choose('Requirements and tickets', [
      { label: 'Count what it comes to', value: 'show' }, { label: 'Make them', value: 'make' },
    ]);
    return what === undefined ? undefined : {
      uri: ticket?.project.root ?? uri,
      ...(ticket !== undefined && { ticket: ticket.row.id }),
      ...(of === 'todos' && { todos: [] }),
      ...(what === 'make' && { yes: true }),
    };
  },
  'docket.showAllFindings': async ask => {
    const here = ask.here();
    return here && { uri: here.uri };
  },
  'docket.toggleSurface': async ask => {
    const surface = await ask.choose('What?', [
      { label: 'Findings', value: 'diagnostics' }, { label: 'Hints beside TODOs', value: 'hints' }, { label: 'Lenses above tickets', value: 'lenses' },
    ]);
    const mode = surface && await ask.choose('When are they shown, for this session?', [
      { label: 'Always', value: 'on' }, { label: 'In the line of the cursor', value: 'line' }, { label: 'Where they are mine', value: 'mine' }, { label: 'Never', value: 'off' },
    ]);
    return surface && mode ? { surface, mode } : undefined;
  },
  'docket.sync': ofProject,
  'docket.outbox': ofProject,
  'docket.toggleCriterion': async ask => {
    const chosen = await ask.ticket('Which ticket?');
    return chosen && askCriterion(ask, chosen);
  },
};

/** A command that is about a whole project. */
async function ofProject(ask: Asker): Promise<object | undefined> {
  const uri = await ask.project();
  return uri === undefined ? undefined : { uri };
}

/** The ticket as every command names it. */
function named({ row, project }: ChosenTicket): { ticket: string; root: string } {
  return { ticket: row.id, root: project.root };
}

/** The ticket that one answer is for, or how many. */
function subject({ row, also = [] }: ChosenTicket): string {
  return also.length === 0 ? row.id : `${also.length + 1} tickets`;
}

/** What was answered for one ticket, for each that was selected with it. */
export function forEachChosen(argument: object, { also = [] }: ChosenTicket): object[] {
  return [argument, ...also.map(({ row, root }) => ({ ...argument, ticket: row.id, root }))];
}

export async function askStatus(ask: Asker, chosen: ChosenTicket): Promise<object | undefined> {
  const { row, also = [] } = chosen;
  const known = chosen.project.statuses.filter(it => it.known && [row, ...also.map(other => other.row)].some(one => one.status !== it.name));
  const status = await ask.choose(also.length === 0 ? `${row.id} is ${row.status}. What now?` : `Status of ${subject(chosen)}`,
    known.map(it => ({ label: it.name, description: it.kind === it.name ? '' : it.kind, value: it.name })));
  return status === undefined ? undefined : { ...named(chosen), status };
}

export async function askPerson(ask: Asker, chosen: ChosenTicket): Promise<object | undefined> {
  const user = (await ask.text(`Who takes ${subject(chosen)}? Empty for yourself`))?.trim();
  if (user === undefined) {
    return undefined;
  }
  return user === '' ? named(chosen) : { ...named(chosen), user };
}

/** Asks for the value of a field, among those that there can be where they are few. */
export async function askField(ask: Asker, chosen: ChosenTicket, field: FieldName): Promise<object | undefined> {
  const { row, project, also = [] } = chosen;
  const who = subject(chosen);
  const others = (values: readonly (string | null)[]): Choice[] =>
    [...new Set(values.filter(it => it !== null))].sort().map(value => ({ label: value, value }));
  const none: Choice = { label: '$(circle-slash) none', value: '' };
  const value = await (async () => {
    switch (field) {
      case 'status':
        return ask.choose(`Status of ${who}`, project.statuses.filter(it => it.known).map(it => ({ label: it.name, value: it.name })));
      case 'priority':
        return ask.choose(`Priority of ${who}`, [...priorities.map(it => ({ label: it, value: it })), none]);
      case 'parent':
        return ask.choose(`Parent of ${who}`, [none, ...project.tickets.filter(it => it.id !== row.id && also.every(other => other.row.id !== it.id))
          .map(it => ({ label: it.title, description: it.id, value: it.id }))]);
      case 'milestone': {
        const known = others(project.tickets.map(it => it.milestone));
        const chosenOne = known.length === 0 ? '+' : await ask.choose(`Milestone of ${who}`, [...known, { label: '$(add) another', value: '+' }, none]);
        return chosenOne === '+' ? ask.text(`Milestone of ${who}`, row.milestone ?? '') : chosenOne;
      }
      default:
        return ask.text(`${field} of ${who}; empty takes it away`, written(row, field));
    }
  })();
  return value === undefined ? undefined : { ...named(chosen), fields: { [field]: value.trim() } };
}

function written(row: TicketRow, field: FieldName): string {
  switch (field) {
    case 'title': return row.title;
    case 'type': return row.type ?? '';
    case 'labels': return row.labels.join(', ');
    case 'assignees': return row.assignees.join(', ');
    case 'depends-on': return row.dependsOn.join(', ');
    case 'due': return row.due ?? '';
    case 'estimate': return row.estimate === null ? '' : String(row.estimate);
    case 'github': return row.github === null ? '' : String(row.github);
    default: return '';
  }
}

export async function askCriterion(ask: Asker, chosen: ChosenTicket): Promise<object | undefined> {
  const { ticket, root } = named(chosen);
  const criteria = (await ask.card(ticket, root))?.criteria ?? [];
  const number = await ask.choose(criteria.length === 0 ? `${ticket} has no acceptance criteria` : `Which criterion of ${ticket}?`,
    criteria.map((it, at) => ({ label: `$(${it.done ? 'check' : 'circle-large-outline'}) ${it.text}`, value: String(at) })));
  const criterion = number === undefined ? undefined : criteria[Number(number)];
  return criterion && { ticket, root, criterion: Number(number), done: !criterion.done };
}

/**
 * The arguments to send: those that the caller gave, else what the person answers.
 * Undefined where the person turned away, and nothing is to be done.
 */
export async function completeArguments(command: string, given: readonly unknown[], ask: Asker): Promise<unknown[] | undefined> {
  const complete = completions[command];
  if (given.length > 0 || !complete) {
    return [...given];
  }
  const argument = await complete(ask);
  return argument && [argument];
}

function namedIf(chosen: ChosenTicket | undefined): object | undefined {
  return chosen && named(chosen);
}

/** What a command answered in a line or two for the person who called it; undefined where what it did can be seen. */
/** The discussion that the person chose to join, and the project that it is of. */
export function joinedDiscussion(answer: unknown): { readonly row: DiscussionRow; readonly root: string | undefined } | undefined {
  const { join, proposal, root } = (answer ?? {}) as { readonly join?: boolean; readonly proposal?: DiscussionRow; readonly root?: string };
  return join === true && proposal ? { row: proposal, root } : undefined;
}

export function describeAnswer(command: string, answer: unknown): string | undefined {
  const value = (typeof answer === 'object' && answer !== null ? answer : {}) as Readonly<Record<string, unknown>>;
  const count = (key: string): number => Array.isArray(value[key]) ? value[key].length : 0;
  const said = (parts: readonly (readonly [number, string])[]): string => parts.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`).join(', ');
  switch (command) {
    case 'docket.status':
      return describeStatus(answer).join('\n') || 'docket has no project open.';
    case 'docket.sync': {
      const done = said([
        [count('pulled'), 'pulled'], [count('pushed'), 'pushed'], [count('created') + count('imported'), 'made'], [count('conflicts'), 'in conflict'],
        [count('left'), 'left alone'],
      ]);
      const trouble = [value['offline'], ...Array.isArray(value['troubles']) ? value['troubles'] : []].filter(it => typeof it === 'string');
      return [`Synchronized: ${done || 'nothing to do'}.`, ...trouble].join('\n');
    }
    case 'docket.plan': {
      const { requirements = [], tickets = [], questions = [], changed = [] } = (value['plan'] ?? {}) as Readonly<Record<string, unknown[]>>;
      const parts = said([
        [requirements.length, 'requirements'], [tickets.length, 'tickets'], [questions.length, 'open questions'], [changed.length, 'changed since'],
      ]);
      const made = (value['plan'] as { done?: unknown } | undefined)?.done === true;
      return `${made ? 'Made' : 'It comes to'}: ${parts || 'nothing new'}.`;
    }
    case 'docket.align': {
      const outdated = (value['outdated'] ?? []) as readonly { of: string | null; path: string; because: string }[];
      const lines = outdated.slice(0, 5).map(it => `${it.of ?? it.path}: ${it.because} has changed`);
      const more = outdated.length > lines.length ? [`and ${outdated.length - lines.length} more`] : [];
      return outdated.length === 0 ? 'Everything is in line with what it was derived from.' : [...lines, ...more].join('\n');
    }
    case 'docket.expand':
    case 'docket.discuss':
    case 'docket.writeDocs':
    case 'docket.writeTests':
    case 'docket.schema':
    case 'docket.estimate':
    case 'docket.update': {
      const { id = '', title = '', state = '' } = (value['proposal'] ?? {}) as Readonly<Record<string, string>>;
      return state === 'waiting' ? `${id} waits: ${title}. Accept or refuse it by the light bulb.` : `${title}: ${state}.`;
    }
    case 'docket.proposals': {
      const proposals = (value['proposals'] ?? []) as readonly { id: string; title: string }[];
      const lines = proposals.slice(0, 8).map(it => `${it.id}: ${it.title}`);
      const more = proposals.length > lines.length ? [`and ${proposals.length - lines.length} more`] : [];
      return proposals.length === 0 ? 'No proposal waits.' : [...lines, ...more].join('\n');
    }
    case 'docket.analyze': {
      const { findings = [], missing = [], worded, notes = [] } = (value['analysis'] ?? {}) as {
        findings?: readonly { title: string; detail: string }[]; missing?: readonly string[]; worded?: { model: string } | null; notes?: readonly string[];
      };
      const lines = findings.slice(0, 5).map(it => `${it.title}: ${it.detail}`);
      const more = findings.length > lines.length ? [`and ${findings.length - lines.length} more: docket analyze`] : [];
      return [...findings.length === 0 ? ['Nothing that is worth a look.'] : lines, ...more, ...worded ? [`In the order and words of ${worded.model}`] : [], ...notes, ...missing.map(it => `Not looked at: ${it}`)].join('\n');
    }
    case 'docket.import': {
      const { tickets = [], skipped = [] } = (value['import'] ?? {}) as { tickets?: readonly { state?: unknown }[]; skipped?: unknown[] };
      const n = tickets.filter(it => it.state === 'new').length;
      const made = count('created') > 0;
      const parts = said([[n, made ? 'made' : 'to make'], [tickets.length - n, 'imported before'], [skipped.length, 'left out']]);
      return `Tickets: ${parts || 'none'}.`;
    }
    case 'docket.pullRequest': {
      const pull = value['pull-request'] as { number: number; state: string; checks: { total: number; passed: number } | null } | null | undefined;
      const checks = pull?.checks ? `, ${pull.checks.passed} of ${pull.checks.total} checks passed` : '';
      return pull ? `Pull request #${pull.number} is ${pull.state}${checks}.` : undefined;
    }
    case 'docket.outbox': {
      const rows = Object.values(value).find(it => Array.isArray(it));
      const n = Array.isArray(rows) ? rows.length : 0;
      return n === 0 ? 'Nothing waits to be sent.' : `${n === 1 ? '1 change waits' : `${n} changes wait`} to be sent.`;
    }
    case 'docket.linkNewTodos':
      return `Linked new TODOs in ${count('changed') === 1 ? '1 file' : `${count('changed')} files`}.`;
    case 'docket.showAllFindings':
      return value['all'] === true ? 'All findings of this file are shown.' : 'The findings of this file that weigh most are shown.';
    case 'docket.toggleNew': {
      const base = value['base'] as { revision?: unknown } | null | undefined;
      return base ? `Only what is new against ${String(base.revision)} is shown.` : 'All findings are shown.';
    }
    case 'docket.renumber': {
      const { given, undecided } = (value['renumbered'] ?? {}) as { given?: unknown[]; undecided?: unknown[] };
      const open = undecided?.length ?? 0;
      return `${given?.length ?? 0} renumbered${open > 0 ? `; ${open} references may mean either, look at them` : ''}.`;
    }
    default:
      return undefined;
  }
}

/** The one file that a command made, to be shown. */
export function createdFile(answer: unknown): string | undefined {
  const created = typeof answer === 'object' && answer !== null && 'created' in answer ? answer.created : undefined;
  const [first, ...others] = Array.isArray(created) ? created : [];
  return typeof first === 'string' && others.length === 0 ? first : undefined;
}

/** The two documents that a command wants to be seen side by side, by their URIs, and what they are together. */
export function comparison(answer: unknown): { readonly title: string; readonly mine: string; readonly theirs: string } | undefined {
  const { title, mine, theirs } = (typeof answer === 'object' && answer !== null ? answer : {}) as Readonly<Record<string, unknown>>;
  return typeof title === 'string' && typeof mine === 'string' && typeof theirs === 'string' ? { title, mine, theirs } : undefined;
}

/** The answer of `docket.status` in a line for each project. */
export function describeStatus(answer: unknown): string[] {
  const projects = typeof answer === 'object' && answer !== null && 'projects' in answer ? answer.projects : undefined;
  return (Array.isArray(projects) ? projects : []).map((project: Record<string, unknown>) =>
    `${String(project['root'])}: ${String(project['tickets'])} tickets, ${String(project['todos'])} TODOs in ${String(project['files'])} files`
    + (project['complete'] === false ? ' so far' : ''));
}
