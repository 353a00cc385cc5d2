// Runs a verb of the program where the person sees it and answers it. A task's terminal stays when the program has ended.
import * as vscode from 'vscode';

export async function runInTerminal(program: string, verb: readonly string[], folder: vscode.Uri): Promise<void> {
  const scope = vscode.workspace.getWorkspaceFolder(folder) ?? vscode.TaskScope.Workspace;
  const task = new vscode.Task(
    { type: 'process' }, scope, `docket ${verb.join(' ')}`, 'docket', new vscode.ProcessExecution(program, [...verb], { cwd: folder.fsPath }));
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, focus: true, panel: vscode.TaskPanelKind.Dedicated, clear: true };
  await vscode.tasks.executeTask(task);
}
