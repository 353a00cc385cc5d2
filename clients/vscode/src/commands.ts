// The server's commands as a person calls them: each takes one JSON object, which is asked for here where none is given.

/** A place in a document, as the server takes it. */
export interface Place {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}

/** What the person is asked; undefined where they turn away. */
export interface Asker {
  /** The cursor, where a document has it. */
  readonly here: () => Place | undefined;
  readonly text: (prompt: string) => Promise<string | undefined>;
  /** The id of a ticket. */
  readonly ticket: () => Promise<string | undefined>;
}

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
  'docket.linkTodo': async ask => {
    const here = ask.here();
    const ticket = here && (await ask.ticket());
    return here && ticket ? { ...here, ticket } : undefined;
  },
  'docket.setStatus': async ask => {
    const ticket = await ask.ticket();
    const status = ticket && (await ask.text(`Status of ${ticket}`))?.trim();
    return ticket && status ? { ticket, status } : undefined;
  },
  'docket.assign': async ask => {
    const ticket = await ask.ticket();
    const user = ticket && (await ask.text(`Who takes ${ticket}? Empty for yourself`))?.trim();
    if (!ticket || user === undefined) {
      return undefined;
    }
    return user === '' ? { ticket } : { ticket, user };
  },
};

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

/** The one file that a command made, to be shown. */
export function createdFile(answer: unknown): string | undefined {
  const created = typeof answer === 'object' && answer !== null && 'created' in answer ? answer.created : undefined;
  const [first, ...others] = Array.isArray(created) ? created : [];
  return typeof first === 'string' && others.length === 0 ? first : undefined;
}

/** The answer of `docket.status` in a line for each project. */
export function describeStatus(answer: unknown): string[] {
  const projects = typeof answer === 'object' && answer !== null && 'projects' in answer ? answer.projects : undefined;
  return (Array.isArray(projects) ? projects : []).map((project: Record<string, unknown>) =>
    `${String(project['root'])}: ${String(project['tickets'])} tickets, ${String(project['todos'])} TODOs in ${String(project['files'])} files`
    + (project['complete'] === false ? ' so far' : ''));
}

/** A row of `docket list --json`, as a list to choose from shows it. */
export interface TicketItem {
  readonly label: string;
  readonly description: string;
  readonly id: string;
}

/** Reads what `docket list --json` printed; empty where it is nothing of the kind. */
export function ticketItems(output: string): TicketItem[] {
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    return [];
  }
  const tickets = typeof answer === 'object' && answer !== null && 'tickets' in answer ? answer.tickets : undefined;
  return (Array.isArray(tickets) ? tickets : []).map((ticket: Record<string, unknown>) => ({
    label: String(ticket['title'] ?? ticket['id']),
    description: `${String(ticket['id'])} · ${String(ticket['status'])}`,
    id: String(ticket['id']),
  }));
}
