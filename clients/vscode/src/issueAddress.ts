// What an issue's address becomes where it is pasted. Pure.

const address = /^https?:\/\/github\.com\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/(\d+)(?:[?#]\S*)?$/i;

/** The text to insert in the address's stead, by what stands before it on the line; undefined to paste it as it is. */
export function pasted(text: string, before: string, into: 'ticket' | 'source'): string | undefined {
  const [, repository, number] = address.exec(text.trim()) ?? [];
  if (repository === undefined || number === undefined) {
    return undefined;
  }
  if (into === 'ticket') {
    return /^github:\s*$/.test(before) ? number : undefined;
  }
  // within the parentheses of a TODO, as in `TODO(`, `FIXME!(@ana, `
  return /\b[A-Z]{3,}!{0,3}\s?\([^()]*$/.test(before) ? `${repository}#${number}` : undefined;
}
