// What the views show, asked of the server when it says that something changed, and not more often than they can draw.
import * as vscode from 'vscode';
import {
  type ProjectTickets, type ProjectTodos, type TicketAnswer, type TicketCard, ticketMethod, type TicketRow, type TicketsAnswer, ticketsMethod,
  type TodosAnswer, todosMethod,
} from './protocol';
import { Rows } from './rows';
import type { Server } from './server';

/** Quiet time before lists are asked for anew, in milliseconds: typing in a source file is no reason to draw trees. */
const quiet = 200;

export class Model implements vscode.Disposable {
  private readonly ticketsEmitter = new vscode.EventEmitter<void>();
  private readonly todosEmitter = new vscode.EventEmitter<void>();
  readonly onTickets = this.ticketsEmitter.event;
  readonly onTodos = this.todosEmitter.event;
  private readonly ticketRows: Rows<ProjectTickets>;
  private readonly todoRows: Rows<ProjectTodos>;
  private readonly listeners: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private history = false;

  constructor(private readonly server: Server, private readonly log: vscode.LogOutputChannel) {
    const known = (previousResultId: string | undefined): object => previousResultId === undefined ? {} : { previousResultId };
    this.ticketRows = new Rows(id => server.request<TicketsAnswer>(ticketsMethod, known(id)), () => this.ticketsEmitter.fire());
    this.todoRows = new Rows(id => server.request<TodosAnswer>(todosMethod, { ...known(id), ...this.history && { history: true } }), () => this.todosEmitter.fire());
    this.listeners = [
      server.onChanged(() => this.soon()),
      server.onState(state => {
        if (state.kind === 'running') {
          void this.refresh();
        } else if (state.kind !== 'starting') {
          this.ticketRows.forget();
          this.todoRows.forget();
        }
      }),
    ];
  }

  get tickets(): readonly ProjectTickets[] | undefined {
    return this.ticketRows.projects;
  }

  get todos(): readonly ProjectTodos[] | undefined {
    return this.todoRows.projects;
  }

  /** Whether git is asked for the age of TODOs and for those new on the branch, which takes its time. */
  wantHistory(wanted: boolean): void {
    if (this.history !== wanted) {
      this.history = wanted;
      this.soon();
    }
  }

  async refresh(): Promise<void> {
    await Promise.all([this.ticketRows.refresh(), this.todoRows.refresh()]).catch((error: unknown) =>
      this.log.warn(`while asking for rows: ${String(error)}`));
  }

  async refreshTickets(): Promise<readonly ProjectTickets[]> {
    await this.ticketRows.refresh();
    return this.tickets ?? [];
  }

  async card(ticket: string, root: string): Promise<TicketCard | undefined> {
    return (await this.server.request<TicketAnswer>(ticketMethod, { ticket, root }))?.card ?? undefined;
  }

  /** The TODOs of a document as it is now; with the version that they are of. */
  async todosOf(document: vscode.TextDocument): Promise<TodosAnswer | undefined> {
    return this.server.request<TodosAnswer>(todosMethod, { uri: document.uri.toString() });
  }

  /** The project whose folder holds a document; the deepest, where they are nested. */
  projectOf(uri: vscode.Uri | undefined): ProjectTickets | undefined {
    const projects = this.tickets ?? [];
    const path = uri?.scheme === 'file' ? `${uri.path}/` : undefined;
    const around = projects.filter(it => path?.startsWith(`${vscode.Uri.parse(it.root).path}/`));
    return around.sort((one, other) => other.root.length - one.root.length)[0] ?? projects[0];
  }

  /** The ticket whose file a document is. */
  ticketAt(uri: vscode.Uri): { readonly row: TicketRow; readonly project: ProjectTickets } | undefined {
    for (const project of this.tickets ?? []) {
      const root = vscode.Uri.parse(project.root).path;
      const row = project.tickets.find(it => `${root}/${it.path}` === uri.path);
      if (row) {
        return { row, project };
      }
    }
    return undefined;
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.listeners, this.ticketsEmitter, this.todosEmitter).dispose();
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.refresh();
    }, quiet);
  }
}

/** The file of a row. */
export function fileOf(root: string, path: string): vscode.Uri {
  return vscode.Uri.joinPath(vscode.Uri.parse(root), path);
}

/** Has the server carry out a command, and shows why it did not. */
export async function carryOut(command: string, argument: object): Promise<boolean> {
  try {
    await vscode.commands.executeCommand(command, argument);
    return true;
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return false;
  }
}
