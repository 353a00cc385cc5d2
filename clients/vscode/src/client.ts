// Makes the language client. The only module that loads its library, and only when a server is to start.
import {
  CloseAction, ErrorAction, LanguageClient, type LanguageClientOptions, type ServerOptions, type StaticFeature, TransportKind,
} from 'vscode-languageclient/node';
import type * as vscode from 'vscode';
import { diagnosticPullOptions, documentSelector, initializationOptions } from './options';
import type { Trust } from './trust';

export { LanguageClient, State } from 'vscode-languageclient/node';

/** Carries out a command that a person or a program called; `next` sends it. */
export type RunCommand = (command: string, given: readonly unknown[], next: (complete: unknown[]) => Promise<unknown>) => Promise<unknown>;

/** Says that this client has views, so that the server tells when they are old, that it tells where the cursor is, compares two documents and opens discussions itself. */
const views: StaticFeature = {
  fillClientCapabilities: capabilities => {
    capabilities.experimental = { ...(capabilities.experimental as object | undefined), docket: { changed: true, cursor: true, sideBySide: true, join: true } };
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined,
};

/** A client for a program; it is not started yet. Its crashes are not its own affair: it does not start again by itself. */
export function makeClient(program: string, log: vscode.LogOutputChannel, trust: Trust, runCommand: RunCommand): LanguageClient {
  const run: ServerOptions = { command: program, args: ['lsp'], transport: TransportKind.stdio };
  const options: LanguageClientOptions = {
    documentSelector: [...documentSelector],
    diagnosticPullOptions,
    initializationOptions: initializationOptions(trust),
    outputChannel: log,
    synchronize: { configurationSection: 'docket' },
    diagnosticCollectionName: 'docket',
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
    initializationFailedHandler: () => false,
    middleware: {
      executeCommand: (command, given: unknown[], next) => runCommand(command, given, complete => Promise.resolve(next(command, complete))),
    },
  };
  const client = new LanguageClient('docket', 'docket', run, options);
  client.registerFeature(views);
  return client;
}
