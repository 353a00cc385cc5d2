// The view of TODOs.
import * as vscode from 'vscode';
import { fileOf, type Model } from './model';
import type { TodoRow } from './protocol';
import {
  needsHistory, todoAttention, todoGroupings, type TodoGrouping, type TodoNode, type TodoOptions, todoTree, type TodoTreeNode, type Whose,
} from './todoTree';

const groupingNames: Readonly<Record<TodoGrouping, string>> = { file: 'File', keyword: 'Keyword', ticket: 'Ticket', person: 'Person', age: 'Age' };

export class TodosView implements vscode.TreeDataProvider<TodoTreeNode>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  private readonly view: vscode.TreeView<TodoTreeNode>;
  private readonly listeners: vscode.Disposable[];
  private filter = '';

  constructor(private readonly model: Model, private readonly kept: vscode.Memento) {
    this.view = vscode.window.createTreeView('docket.todos', { treeDataProvider: this, showCollapseAll: true });
    this.listeners = [
      this.view, this.emitter,
      model.onTodos(() => this.draw()),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('docket')) {
          this.changed();
        }
      }),
    ];
    this.changed();
  }

  dispose(): void {
    vscode.Disposable.from(...this.listeners).dispose();
  }

  getChildren(node?: TodoTreeNode): TodoTreeNode[] {
    return node ? 'children' in node ? [...node.children] : [] : this.model.todos ? [...todoTree(this.model.todos, this.options)] : [];
  }

  getTreeItem(node: TodoTreeNode): vscode.TreeItem {
    return node.type === 'todo' ? todoItem(node) : groupItem(node);
  }

  async chooseGrouping(): Promise<void> {
    const now = this.options.grouping;
    const items = todoGroupings.map(value => ({ label: groupingNames[value], value, ...(value === now && { description: 'now' }) }));
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: 'Group the TODOs by' });
    if (chosen) {
      await vscode.workspace.getConfiguration('docket').update('todos.groupBy', chosen.value, vscode.ConfigurationTarget.Global);
    }
  }

  async askFilter(): Promise<void> {
    const typed = await vscode.window.showInputBox({ title: 'Filter the TODOs', value: this.filter, prompt: 'Words in text, path, ticket or references' });
    if (typed !== undefined) {
      this.setFilter(typed.trim());
    }
  }

  setFilter(filter: string): void {
    this.filter = filter;
    this.draw();
  }

  async show(whose: Whose): Promise<void> {
    await this.kept.update('todos.whose', whose);
    this.changed();
  }

  private get options(): TodoOptions {
    const grouping = vscode.workspace.getConfiguration('docket').get<string>('todos.groupBy', 'file');
    return {
      grouping: todoGroupings.find(it => it === grouping) ?? 'file', filter: this.filter, whose: this.kept.get<Whose>('todos.whose', 'all'),
      today: dayOf(new Date()),
    };
  }

  /** Other things may be shown now: what git knows is asked for only where it is shown. */
  private changed(): void {
    this.model.wantHistory(needsHistory(this.options));
    this.draw();
  }

  private draw(): void {
    const projects = this.model.todos;
    const { whose } = this.options;
    this.view.description = [...whose === 'all' ? [] : [whose === 'new' ? 'new on this branch' : whose], this.filter].join(' ');
    const untold = whose === 'new' && projects?.some(it => it.todos.length > 0 && it.todos.every(row => row.new === null));
    this.view.message = untold ? 'git cannot tell here what is new: there is no commit, or no branch that this one came from.' : '';
    const n = projects ? todoAttention(projects) : 0;
    const wanted = vscode.workspace.getConfiguration('docket').get('badge', true);
    this.view.badge = n > 0 && wanted ? { value: n, tooltip: n === 1 ? '1 TODO needs a look' : `${n} TODOs need a look` } : undefined;
    const set = (key: string, value: unknown): void => void vscode.commands.executeCommand('setContext', `docket.todos.${key}`, value);
    set('filtered', this.filter !== '');
    set('whose', whose);
    set('none', projects !== undefined && projects.every(it => it.complete && it.todos.length === 0));
    this.emitter.fire(undefined);
  }
}

function todoItem(node: TodoNode): vscode.TreeItem {
  const { row } = node;
  const item = new vscode.TreeItem(node.label);
  item.id = node.id;
  item.description = node.description;
  item.contextValue = row.ticket === null ? 'todo.free' : 'todo.linked';
  item.iconPath = row.trouble
    ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'))
    : new vscode.ThemeIcon('comment', new vscode.ThemeColor(colorOf(row.keyword)));
  const ticket = row.ticket === null ? '' : `\n\n${row.ticket}${row.title === null ? '' : ` ${row.title}`}`;
  item.tooltip = `${row.keyword}: ${row.text}${ticket}\n\n${row.path}:${row.range.start.line + 1}`;
  item.command = { command: 'docket.openFile', title: 'Open', arguments: [fileOf(node.root, row.path), rangeOf(row)] };
  item.accessibilityInformation = { label: `${row.keyword} ${node.label}, ${node.description}${row.trouble ? `, ${row.rules.join(', ')}` : ''}` };
  return item;
}

function groupItem(node: Exclude<TodoTreeNode, TodoNode>): vscode.TreeItem {
  const item = new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = node.id;
  item.contextValue = node.type;
  if (node.type === 'group') {
    item.description = [node.description, String(node.children.length)].filter(it => it !== '').join(' · ');
    if (node.grouping === 'file' && node.value !== null) {
      item.resourceUri = fileOf(node.root, node.value);
      item.iconPath = vscode.ThemeIcon.File;
      item.collapsibleState = vscode.TreeItemCollapsibleState.Collapsed;
    }
  } else {
    item.iconPath = vscode.ThemeIcon.Folder;
  }
  return item;
}

/** The day where the user is, as git's days are. */
function dayOf(time: Date): string {
  return `${time.getFullYear()}-${String(time.getMonth() + 1).padStart(2, '0')}-${String(time.getDate()).padStart(2, '0')}`;
}

/** The place of a TODO in VS Code's terms. */
export function rangeOf(row: TodoRow): vscode.Range {
  const { start, end } = row.keywordRange;
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** The theme colour of a keyword. */
export function colorOf(keyword: string): string {
  const own = ['TODO', 'FIXME', 'HACK', 'PERF', 'NOTE'];
  return `docket.${own.includes(keyword) ? keyword.toLowerCase() : 'other'}`;
}
