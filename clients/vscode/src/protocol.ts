// docket's extensions of LSP, made of server/src/lsp/ext.rs by a test of the server: do not edit.

/** A request; takes TicketsParams and answers TicketsAnswer. */
export const ticketsMethod = 'docket/tickets';
/** A request; takes TicketParams and answers TicketAnswer. */
export const ticketMethod = 'docket/ticket';
/** A request; takes TodosParams and answers TodosAnswer. */
export const todosMethod = 'docket/todos';
/** A notification of the server; brings ChangedParams. */
export const changedMethod = 'docket/changed';
/** A notification of the client; brings CursorParams. */
export const cursorMethod = 'docket/cursor';

/** Something that a view shows may be different now: ask again for what is in sight. */
export interface ChangedParams {
  /** Goes up with each change. */
  readonly revision: number;
}

/** How far the acceptance criteria are. */
export interface Criteria {
  readonly done: number;
  readonly total: number;
}

/** One acceptance criterion; its number is its place in the list. */
export interface Criterion {
  readonly done: boolean;
  /** Of the file, from 0. */
  readonly line: number;
  readonly text: string;
}

/** Where the cursor is: for what is shown in its line alone. */
export interface CursorParams {
  /** From 0. */
  readonly line: number;
  /** The document that the person looks at. */
  readonly uri: string;
}

/** What a status means. */
export type Kind = 'open' | 'active' | 'done' | 'dropped';

/** A place as LSP has it; both count from 0. */
export interface Position {
  readonly character: number;
  readonly line: number;
}

/** The tickets of one project. */
export interface ProjectTickets {
  /** Whether the whole project has been read; while not, more may come. */
  readonly complete: boolean;
  /** The user's own name, as assignees are written; null where nobody said. */
  readonly me: string | null;
  /** The folder's name. */
  readonly name: string;
  /** The project's folder: in LSP its URI, without a slash at the end. */
  readonly root: string;
  /** In the order of the configuration, which is that of a board's columns; then those that only tickets name. */
  readonly statuses: readonly Status[];
  /** By path. */
  readonly tickets: readonly TicketRow[];
}

/** The TODOs of one project, or of one of its files. */
export interface ProjectTodos {
  /** Whether the whole project has been read; while not, more may come. */
  readonly complete: boolean;
  /** The canonical keywords, in the order of the configuration. */
  readonly keywords: readonly string[];
  /** The folder's name. */
  readonly name: string;
  /** The project's folder: in LSP its URI, without a slash at the end. */
  readonly root: string;
  /** By path and place. */
  readonly todos: readonly TodoRow[];
}

/** A range as LSP has it, in the position encoding of the session. */
export interface Range {
  readonly end: Position;
  readonly start: Position;
}

/** One status that a ticket can have. */
export interface Status {
  readonly kind: Kind;
  /** The configuration has it; a status that only tickets name cannot be set. */
  readonly known: boolean;
  readonly name: string;
}

/** The card of one ticket. */
export interface TicketAnswer {
  /** Null where no ticket has the id. */
  readonly card: TicketCard | null;
}

/** One ticket with all that a card or a preview shows. */
export interface TicketCard {
  /** The Markdown after the front matter. */
  readonly body: string;
  /** The line of the file on which the body begins, from 0. */
  readonly bodyLine: number;
  readonly criteria: readonly Criterion[];
  /** The project's folder: in LSP its URI, without a slash at the end. */
  readonly root: string;
  readonly ticket: TicketRow;
  /** The TODOs that name it, by path and place. */
  readonly todos: readonly TodoRow[];
}

/** Asks for the card of one ticket. */
export interface TicketParams {
  /** The folder of its project, as a URI; where it is left out, the first project that has the ticket. */
  readonly root?: string | null;
  readonly ticket: string;
}

/** One ticket, defaults filled in. */
export interface TicketRow {
  /** Without `@`. */
  readonly assignees: readonly string[];
  /** A day, ISO 8601. */
  readonly created: string | null;
  readonly criteria: Criteria;
  /** Ids. */
  readonly dependsOn: readonly string[];
  /** A day, ISO 8601. */
  readonly due: string | null;
  /** In points. */
  readonly estimate: number | null;
  /** The number. */
  readonly github: number | null;
  readonly id: string;
  readonly kind: Kind;
  readonly labels: readonly string[];
  readonly milestone: string | null;
  /** Past its day, and neither done nor dropped. */
  readonly overdue: boolean;
  /** An id. */
  readonly parent: string | null;
  /** Relative to the project's folder, with `/`. */
  readonly path: string;
  /** `critical`, `high`, `medium` or `low`. */
  readonly priority: string | null;
  readonly status: string;
  readonly title: string;
  /** How many TODOs name it. */
  readonly todos: number;
  /** Findings of its file that are warnings or errors. */
  readonly troubles: number;
  readonly type: string | null;
  /** Those of them that are neither done nor dropped. */
  readonly waitsFor: readonly string[];
}

/** The tickets of every project, by the path of its folder. */
export interface TicketsAnswer {
  /** Null where they are what `previousResultId` stands for. */
  readonly projects: readonly ProjectTickets[] | null;
  /** Equal answers have equal ones. */
  readonly resultId: string;
}

/** Asks for the tickets of every project. */
export interface TicketsParams {
  /** The `resultId` of the last answer. */
  readonly previousResultId?: string | null;
}

/** One TODO. */
export interface TodoRow {
  /** `2026-12-31`, `>=2.0.0`, `serde>=2`, `T-7k3f`, `#12`. */
  readonly conditions: readonly string[];
  /** A day, ISO 8601. */
  readonly due: string | null;
  /** Stable identity. */
  readonly fingerprint: string;
  /** The canonical keyword. */
  readonly keyword: string;
  /** The keyword alone, aliases included. */
  readonly keywordRange: Range;
  /** Of that ticket. */
  readonly kind: Kind | null;
  /** One of them is the user. */
  readonly mine: boolean;
  /** It was not there where this branch began; null where git was not asked, or cannot tell. */
  readonly new: boolean | null;
  /** Relative to the project's folder, with `/`. */
  readonly path: string;
  /** Users that it names; without any, its ticket's assignees. */
  readonly people: readonly string[];
  /** `high` or `critical`, by its `!`. */
  readonly priority: string | null;
  /** From the keyword to the end of the body. */
  readonly range: Range;
  /** `T-7k3f`, `#12`, `owner/repo#12`, `@ana`, `!label`, or another tracker's. */
  readonly references: readonly string[];
  /** Names of the rules that report it. */
  readonly rules: readonly string[];
  /** The day on which its line was last written, ISO 8601; null where git was not asked, or has no commit of it. */
  readonly since: string | null;
  /** The first line's text. */
  readonly text: string;
  /** The id of the ticket that it belongs to. */
  readonly ticket: string | null;
  /** Of that ticket. */
  readonly title: string | null;
  /** One of those findings is a warning or an error. */
  readonly trouble: boolean;
}

/** The TODOs that were asked for, by the path of their project's folder. */
export interface TodosAnswer {
  /** Null where they are what `previousResultId` stands for. */
  readonly projects: readonly ProjectTodos[] | null;
  /** Equal answers have equal ones. */
  readonly resultId: string;
  /** The version of the document that was asked for, where it is open. */
  readonly version: number | null;
}

/** Asks for the TODOs of every project, or of one file. */
export interface TodosParams {
  /** Git is asked for `since` and `new`, which takes its time. Without a `uri` only. */
  readonly history?: boolean;
  /** The `resultId` of the last answer to the same question. */
  readonly previousResultId?: string | null;
  /** Only those of this file: of an open document as it is at this moment, without waiting for the index. */
  readonly uri?: string | null;
}
