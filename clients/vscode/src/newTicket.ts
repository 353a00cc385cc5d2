// The form of a new ticket: one question after the other in the palette, with a way back and a way to be done early.
import * as vscode from 'vscode';
import { createdFile } from './commands';
import type { Model } from './model';
import { type Answers, argument, objection, type Question, questions } from './newTicketSteps';
import type { ProjectTickets } from './protocol';

/** What one question came to. */
type Outcome = { readonly kind: 'answer'; readonly value: string } | { readonly kind: 'back' | 'enough' | 'away' };

const enough: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('check-all'), tooltip: 'Make the ticket now' };

export async function newTicket(model: Model, given: { readonly root?: string; readonly status?: string } = {}): Promise<void> {
  const projects = await model.refreshTickets();
  const project = projects.find(it => it.root === given.root) ?? await chooseProject(model, projects);
  if (!project) {
    if (projects.length === 0) {
      void vscode.window.showInformationMessage('docket has no project open. Open a folder first.');
    }
    return;
  }
  const all = questions(project);
  let answers: Answers = given.status === undefined ? {} : { status: given.status };
  for (let at = 0; at < all.length;) {
    const question = all[at];
    if (!question) {
      break;
    }
    const outcome = await ask(question, at, all.length, answers);
    if (outcome.kind === 'away') {
      return;
    }
    if (outcome.kind === 'enough') {
      break;
    }
    if (outcome.kind === 'answer') {
      answers = { ...answers, [question.field]: outcome.value };
    }
    at += outcome.kind === 'back' ? -1 : 1;
  }
  await make(project, answers);
}

async function make(project: ProjectTickets, answers: Answers): Promise<void> {
  try {
    const file = createdFile(await vscode.commands.executeCommand('docket.createTicket', argument(project, answers)));
    if (file !== undefined) {
      await vscode.window.showTextDocument(vscode.Uri.parse(file));
    }
  } catch (error) {
    // what was typed is not lost for a slip: it can be tried again from the title
    const message = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(message, 'Copy Title').then(choice => choice && vscode.env.clipboard.writeText(answers.title ?? ''));
  }
}

async function chooseProject(model: Model, projects: readonly ProjectTickets[]): Promise<ProjectTickets | undefined> {
  if (projects.length < 2) {
    return projects[0];
  }
  const here = model.projectOf(vscode.window.activeTextEditor?.document.uri);
  const items = [...projects].sort((one, other) => Number(other === here) - Number(one === here))
    .map(project => ({ label: project.name, description: vscode.Uri.parse(project.root).fsPath, project }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Which project is the ticket for?' }))?.project;
}

function ask(question: Question, at: number, count: number, answers: Answers): Promise<Outcome> {
  return question.choices.length === 0 ? askText(question, at, count, answers) : askChoice(question, at, count, answers);
}

/** Shows an input and waits for what becomes of it. */
function until(input: vscode.QuickInput, listen: (done: (outcome: Outcome) => void) => vscode.Disposable[]): Promise<Outcome> {
  return new Promise(resolve => {
    let outcome: Outcome = { kind: 'away' };
    const listeners = listen(it => {
      outcome = it;
      input.hide();
    });
    input.onDidHide(() => {
      listeners.forEach(it => it.dispose());
      input.dispose();
      resolve(outcome);
    });
    input.show();
  });
}

function buttons(at: number): vscode.QuickInputButton[] {
  return at === 0 ? [] : [vscode.QuickInputButtons.Back, enough];
}

function pressed(button: vscode.QuickInputButton): Outcome {
  return { kind: button === enough ? 'enough' : 'back' };
}

function askText(question: Question, at: number, count: number, answers: Answers): Promise<Outcome> {
  const input = vscode.window.createInputBox();
  Object.assign(input, { title: 'New ticket', step: at + 1, totalSteps: count, prompt: question.prompt, buttons: buttons(at), value: answers[question.field] ?? '', ignoreFocusOut: true });
  return until(input, done => [
    input.onDidTriggerButton(button => done(pressed(button))),
    input.onDidChangeValue(() => { input.validationMessage = ''; }),
    input.onDidAccept(() => {
      const wrong = objection(question, input.value);
      if (wrong === undefined) {
        done({ kind: 'answer', value: input.value });
      } else {
        input.validationMessage = wrong;
      }
    }),
  ]);
}

interface Item extends vscode.QuickPickItem {
  readonly value: string;
}

function askChoice(question: Question, at: number, count: number, answers: Answers): Promise<Outcome> {
  const input = vscode.window.createQuickPick<Item>();
  const chosen = (answers[question.field] ?? '').split(',').map(it => it.trim());
  const items = question.choices.map((it): Item => ({ label: it.label, description: it.description ?? '', value: it.value }));
  const none: Item = { label: '$(circle-slash) none', value: '' };
  const all = question.many ? items : [none, ...items];
  Object.assign(input, { title: 'New ticket', step: at + 1, totalSteps: count, placeholder: question.prompt, buttons: buttons(at), matchOnDescription: true, ignoreFocusOut: true });
  input.canSelectMany = question.many;
  input.items = all;
  if (question.many) {
    input.selectedItems = all.filter(it => chosen.includes(it.value));
  }
  return until(input, done => [
    input.onDidTriggerButton(button => done(pressed(button))),
    input.onDidChangeValue(typed => {
      // what is not among them can be typed where that makes sense
      if (question.typed === 'free') {
        const kept = input.selectedItems;
        const own: Item[] = typed.trim() === '' || all.some(it => it.value === typed.trim()) ? [] : [{ label: `$(add) ${typed.trim()}`, alwaysShow: true, value: typed.trim() }];
        input.items = [...all, ...kept.filter(it => !all.includes(it)), ...own];
        input.selectedItems = kept;
      }
    }),
    input.onDidAccept(() => done({ kind: 'answer', value: (question.many ? input.selectedItems : input.activeItems.slice(0, 1)).map(it => it.value).join(', ') })),
  ]);
}
