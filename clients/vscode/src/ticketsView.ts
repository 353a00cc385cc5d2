// The view of tickets: draws the tree, takes what is dropped on it, and says how many need a look.
import * as vscode from 'vscode';
import { filterHelp, parseFilter } from '../../board/src/filter';
import { kindIcons } from './ask';
import { carryOut, fileOf, type Model } from './model';
import {
  attention, describeTicket, dropOnto, type Grouping, groupings, type TicketNode, ticketTree, type TreeNode, type TreeOptions,
} from './ticketTree';

const mime = 'application/vnd.code.tree.docket.tickets';

const groupingNames: Readonly<Record<Grouping, string>> = {
  status: 'Status', milestone: 'Milestone', assignee: 'Assignee', label: 'Label', parent: 'Parent', none: 'No groups',
};

export class TicketsView implements vscode.TreeDataProvider<TreeNode>, vscode.TreeDragAndDropController<TreeNode>, vscode.Disposable {
  readonly dropMimeTypes = [mime];
  readonly dragMimeTypes = [mime];
  private readonly emitter = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  private readonly view: vscode.TreeView<TreeNode>;
  private readonly listeners: vscode.Disposable[];
  private filter = '';
  private dragged: readonly TicketNode[] = [];

  constructor(private readonly model: Model, private readonly kept: vscode.Memento) {
    this.view = vscode.window.createTreeView('docket.tickets', {
      treeDataProvider: this, dragAndDropController: this, canSelectMany: true, showCollapseAll: true,
    });
    this.listeners = [
      this.view, this.emitter,
      model.onTickets(() => this.draw()),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('docket')) {
          this.draw();
        }
      }),
    ];
    this.draw();
  }

  dispose(): void {
    vscode.Disposable.from(...this.listeners).dispose();
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return node ? [...node.children] : this.model.tickets ? [...ticketTree(this.model.tickets, this.options)] : [];
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return node.type === 'ticket' ? ticketItem(node) : groupItem(node);
  }

  async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    if (node.type === 'ticket') {
      const card = await this.model.card(node.row.id, node.root);
      const lines = [`**${escape(node.row.id)} ${escape(node.row.title)}**`, `${node.row.status}${node.row.priority ? ` · ${node.row.priority}` : ''}`];
      const criteria = (card?.criteria ?? []).map(it => `- [${it.done ? 'x' : ' '}] ${escape(it.text)}`);
      item.tooltip = new vscode.MarkdownString([...lines, criteria.join('\n'), escape(node.row.path)].join('\n\n'));
    }
    return item;
  }

  handleDrag(source: readonly TreeNode[], data: vscode.DataTransfer): void {
    this.dragged = source.filter(it => it.type === 'ticket');
    data.set(mime, new vscode.DataTransferItem(this.dragged.map(it => it.row.id).join('\n')));
  }

  async handleDrop(target: TreeNode | undefined, data: vscode.DataTransfer): Promise<void> {
    if (data.get(mime) === undefined) {
      return;
    }
    const settings = dropOnto(this.options.grouping, target, this.dragged);
    this.dragged = [];
    if (typeof settings === 'string') {
      void vscode.window.showInformationMessage(settings);
      return;
    }
    for (const setting of settings) {
      if (!(await carryOut('docket.set', setting))) {
        return;
      }
    }
  }

  async chooseGrouping(): Promise<void> {
    const now = this.options.grouping;
    const items = groupings.map(value => ({ label: groupingNames[value], value, ...(value === now && { description: 'now' }) }));
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: 'Group the tickets by' });
    if (chosen) {
      await vscode.workspace.getConfiguration('docket').update('tickets.groupBy', chosen.value, vscode.ConfigurationTarget.Global);
    }
  }

  async askFilter(): Promise<void> {
    const typed = await vscode.window.showInputBox({
      title: 'Filter the tickets', value: this.filter, prompt: filterHelp,
      validateInput: it => {
        const { unknown } = parseFilter(it);
        return unknown.length === 0 ? undefined
          : { message: `Taken as text: ${unknown.join(' ')}`, severity: vscode.InputBoxValidationSeverity.Info };
      },
    });
    if (typed !== undefined) {
      this.setFilter(typed.trim());
    }
  }

  setFilter(filter: string): void {
    this.filter = filter;
    this.draw();
  }

  async showClosed(closed: 'shown' | 'hidden'): Promise<void> {
    await this.kept.update('tickets.closed', closed);
    this.draw();
  }

  private get options(): TreeOptions {
    const grouping = vscode.workspace.getConfiguration('docket').get<string>('tickets.groupBy', 'status');
    return {
      grouping: groupings.find(it => it === grouping) ?? 'status', filter: this.filter, closed: this.kept.get('tickets.closed', 'hidden'),
    };
  }

  private draw(): void {
    const projects = this.model.tickets;
    const { closed } = this.options;
    this.view.description = this.filter;
    const n = projects ? attention(projects) : 0;
    const wanted = vscode.workspace.getConfiguration('docket').get('badge', true);
    this.view.badge = n > 0 && wanted ? { value: n, tooltip: n === 1 ? '1 ticket needs a look' : `${n} tickets need a look` } : undefined;
    this.view.message = projects && this.filter !== '' && this.getChildren().every(it => it.children.length === 0 && it.type !== 'ticket')
      ? 'No ticket passes the filter.' : '';
    const set = (key: string, value: unknown): void => void vscode.commands.executeCommand('setContext', `docket.tickets.${key}`, value);
    set('filtered', this.filter !== '');
    set('closed', closed);
    set('none', projects !== undefined && projects.every(it => it.complete && it.tickets.length === 0));
    this.emitter.fire(undefined);
  }
}

function ticketItem(node: TicketNode): vscode.TreeItem {
  const { row } = node;
  const item = new vscode.TreeItem(row.title || row.id,
    node.children.length > 0 ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None);
  item.id = node.id;
  item.description = describeTicket(row);
  item.contextValue = 'ticket';
  item.iconPath = row.troubles > 0
    ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'))
    : new vscode.ThemeIcon(kindIcons[row.kind], node.dimmed ? new vscode.ThemeColor('disabledForeground') : undefined);
  item.command = { command: 'docket.openFile', title: 'Open', arguments: [fileOf(node.root, row.path)] };
  item.accessibilityInformation = {
    label: `${row.title}, ${row.status}${row.priority ? `, ${row.priority} priority` : ''}, ${describeTicket(row)}${row.troubles > 0 ? `, ${row.troubles} findings` : ''}`,
  };
  return item;
}

function groupItem(node: Exclude<TreeNode, TicketNode>): vscode.TreeItem {
  const isClosed = node.type === 'group' && (node.kind === 'done' || node.kind === 'dropped');
  const item = new vscode.TreeItem(node.label, node.children.length === 0 ? vscode.TreeItemCollapsibleState.None
    : isClosed ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded);
  // VS Code remembers whether an id was folded, and what was empty would stay so
  item.id = node.children.length === 0 ? `${node.id}|empty` : node.id;
  item.contextValue = node.type;
  if (node.type === 'group') {
    item.description = String(node.children.length);
  } else {
    item.iconPath = vscode.ThemeIcon.Folder;
  }
  return item;
}

function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|!]/g, '\\$&');
}
