// Asks the person in the palette.
import * as vscode from 'vscode';
import { byUrgency } from '../../board/src/order';
import type { Asker, ChosenTicket } from './commands';
import type { Model } from './model';
import type { ProjectTickets, TicketRow } from './protocol';
import { describeTicket } from './ticketTree';

export const kindIcons: Readonly<Record<TicketRow['kind'], string>> = {
  open: 'circle-large-outline', active: 'play-circle', done: 'pass', dropped: 'circle-slash',
};

/** The tickets of a project as a list to choose from, those to be done first. */
function ticketItems(project: ProjectTickets): (vscode.QuickPickItem & { chosen?: ChosenTicket })[] {
  const isClosed = (row: TicketRow): boolean => row.kind === 'done' || row.kind === 'dropped';
  const rows = [...project.tickets].sort((one, other) => Number(isClosed(one)) - Number(isClosed(other)) || byUrgency(one, other));
  return rows.map(row => ({
    label: `$(${kindIcons[row.kind]}) ${row.title}`, description: `${describeTicket(row)} · ${row.status}`, chosen: { row, project },
  }));
}

/** A proposal that waits; where it is a discussion, with its page. */
interface Waiting {
  readonly id: string;
  readonly title: string;
  readonly discussion: string | null;
}

export function asker(model: Model): Asker {
  return {
    here: () => {
      const editor = vscode.window.activeTextEditor;
      return editor && {
        uri: editor.document.uri.toString(),
        position: { line: editor.selection.active.line, character: editor.selection.active.character },
      };
    },
    text: async (prompt, before) => vscode.window.showInputBox({ prompt, ...(before !== undefined && { value: before }) }),
    choose: async (prompt, choices) => {
      const items = choices.map(it => ({ label: it.label, description: it.description ?? '', value: it.value }));
      return (await vscode.window.showQuickPick(items, { placeHolder: prompt, matchOnDescription: true }))?.value;
    },
    ticket: async prompt => {
      const items = model.refreshTickets().then(projects => {
        const here = model.projectOf(vscode.window.activeTextEditor?.document.uri);
        const ordered = [...projects].sort((one, other) => Number(other === here) - Number(one === here));
        const heading = (project: ProjectTickets): vscode.QuickPickItem => ({ label: project.name, kind: vscode.QuickPickItemKind.Separator });
        return ordered.flatMap(project => ordered.length > 1 ? [heading(project), ...ticketItems(project)] : ticketItems(project));
      });
      const picked: (vscode.QuickPickItem & { chosen?: ChosenTicket }) | undefined =
        await vscode.window.showQuickPick(items, { placeHolder: prompt, matchOnDescription: true });
      return picked?.chosen;
    },
    discussions: async uri => {
      const answer = await vscode.commands.executeCommand<{ proposals?: readonly Waiting[] } | undefined>('docket.proposals', uri === undefined ? {} : { uri });
      const discussions = (answer?.proposals ?? []).filter(it => it.discussion !== null);
      return discussions.map(it => ({ label: it.title, description: it.id, value: it.id }));
    },
    card: (ticket, root) => model.card(ticket, root),
    project: async () => {
      const projects = await model.refreshTickets();
      const uri = vscode.window.activeTextEditor?.document.uri;
      if (projects.length < 2 || (uri && vscode.workspace.getWorkspaceFolder(uri))) {
        return model.projectOf(uri)?.root;
      }
      const items = projects.map(project => ({ label: project.name, description: vscode.Uri.parse(project.root).fsPath, project }));
      return (await vscode.window.showQuickPick(items, { placeHolder: 'Which project?' }))?.project.root;
    },
  };
}
