// What an issue's address becomes where it is pasted. Pure.

const address = /^https?:\/\/(?:www\.)?github\.com\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/(\d+)(?:[?#]\S*)?$/i;

/** Keywords that comments have, also where a project's own are not known yet. */
const keywords = ['TODO', 'FIXME', 'FIXIT', 'BUG', 'HACK', 'XXX', 'PERF', 'OPTIMIZE', 'NOTE'];

/** What begins a comment, or stands at the start of a line that continues one. */
const marker = /^\s*$|\/\/|\/\*|\*|#|--|;|%|<!--|\(\*|\{-|^\s*(?:"|'|REM\b)/;

/** Where something is pasted. */
export interface PastePlace {
  readonly into: 'front matter' | 'source';
  /** The line up to the cursor. */
  readonly before: string;
  /** The project's own repository, `owner/name`; undefined where nobody knows it. */
  readonly own: string | undefined;
  /** The project's keywords besides those that every project may have. */
  readonly keywords?: readonly string[];
}

/** The text to insert in the address's stead; undefined to paste it as it is. */
export function pasted(text: string, place: PastePlace): string | undefined {
  const [, repository, number] = address.exec(text.trim()) ?? [];
  if (repository === undefined || number === undefined) {
    return undefined;
  }
  const isOwn = repository.toLowerCase() === place.own?.toLowerCase();
  if (place.into === 'front matter') {
    // a number there is one of the project's own issues, and nothing else can be written
    return isOwn && /^github:\s*$/.test(place.before) ? number : undefined;
  }
  return inReferences(place) ? `${isOwn ? '' : repository}#${number}` : undefined;
}

/** Whether the cursor is within the parentheses of a TODO, as in `// TODO(` before anything closes it. */
function inReferences({ before, keywords: others = [] }: PastePlace): boolean {
  const known = [...keywords, ...others].map(it => it.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|');
  const head = new RegExp(`^(.*?)(?<![\\w@])@?(?:${known})!{0,3}\\s?\\([^()"'\`]*$`).exec(before)?.[1];
  return head !== undefined && marker.test(head);
}

/** Whether a line, counted from 0, is within the front matter that a file begins with. */
export function inFrontMatter(lineAt: (line: number) => string, line: number): boolean {
  if (line === 0 || lineAt(0).trimEnd() !== '---') {
    return false;
  }
  for (let at = 1; at < line; at += 1) {
    if (/^(?:---|\.\.\.)\s*$/.test(lineAt(at))) {
      return false;
    }
  }
  return true;
}

/** The repository that a project's files name, as the server reads them: `[sync]` of docket.toml, else the git remote. */
export function ownRepository(docketToml: string, gitConfig: string): string | undefined {
  const sync = /^\s*\[sync\][^\n]*\n((?:(?!\s*\[)[^\n]*\n?)*)/m.exec(docketToml)?.[1] ?? '';
  const written = /^\s*repository\s*=\s*["']([\w.-]+\/[\w.-]+)["']/m.exec(sync)?.[1];
  if (written !== undefined) {
    return written;
  }
  const remotes = [...gitConfig.matchAll(/^\s*\[remote "([^"\n]+)"\][^\n]*\n((?:(?!\s*\[)[^\n]*\n?)*)/gm)];
  const remote = remotes.find(it => it[1] === 'origin') ?? (remotes.length === 1 ? remotes[0] : undefined);
  const url = /^\s*url\s*=\s*"?([^\s"]+)/m.exec(remote?.[2] ?? '')?.[1] ?? '';
  return /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?(?:www\.|ssh\.)?github\.com(?::\d+)?[:/]\/?([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/i.exec(url)?.[1];
}
