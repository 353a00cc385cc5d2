// What the language client is told: which documents are docket's, and when diagnostics are asked for.
import type { Trust } from './trust';

/** A scheme of documents that docket reads; the server decides for itself which of them are in a project. */
export const documentSelector = [{ scheme: 'file' }, { scheme: 'untitled' }];

/** What the server is told at its start, of the section `docket`; it never takes the trust from settings, which a workspace can write. */
export function initializationOptions(trust: Trust): { readonly trusted: boolean } {
  return { trusted: trust === 'trusted' };
}

/** The library asks for diagnostics at no event by itself. */
export const diagnosticPullOptions = {
  onChange: true,
  onSave: true,
  onTabs: true,
  /** For tabs whose document is not loaded: the same choice, by address alone. */
  match: (_selector: unknown, resource: { readonly scheme: string }): boolean =>
    documentSelector.some(filter => filter.scheme === resource.scheme),
};
