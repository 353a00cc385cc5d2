// The body of the preview's page. Pure: what a ticket says goes through `html`, which escapes it.
import type { TicketCard } from './protocol';

/** Text for HTML, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, it => `&#${it.charCodeAt(0)};`);
}

/** A template whose holes are escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.reduce((out, part, at) => out + escapeHtml(String(values[at - 1] ?? '')) + part);
}

/**
 * The page of a ticket around its rendered text. A list item that is a criterion becomes a check box: the renderer says of each block on
 * which line it begins, and the server on which line each criterion stands.
 */
export function withBoxes(card: TicketCard, rendered: string): string {
  const { ticket } = card;
  const numbers = new Map(card.criteria.map((it, number) => [it.line - card.bodyLine, number]));
  const text = rendered.replace(/<li([^>]*?)data-line="(\d+)"([^>]*)>(\s*(?:<p[^>]*>)?\s*)\[([ xX])\]\s/g,
    (_, before: string, line: string, after: string, lead: string, mark: string) => {
      const number = numbers.get(Number(line));
      const done = mark !== ' ';
      const box = number === undefined
        ? html`<input type="checkbox" disabled ${done ? 'checked' : ''} aria-label="task"> `
        : html`<input type="checkbox" data-criterion="${number}" ${done ? 'checked' : ''} aria-label="${card.criteria[number]?.text ?? ''}"> `;
      return `<li class="task"${before}data-line="${line}"${after}>${lead}${box}`;
    });
  const fields: [string, string][] = [
    ['status', ticket.status], ['priority', ticket.priority ?? ''], ['type', ticket.type ?? ''],
    ['assignees', ticket.assignees.map(it => `@${it}`).join(', ')], ['labels', ticket.labels.join(', ')], ['milestone', ticket.milestone ?? ''],
    ['parent', ticket.parent ?? ''], ['depends on', ticket.dependsOn.join(', ')],
    ['due', ticket.due === null ? '' : ticket.overdue ? `${ticket.due}, overdue` : ticket.due],
  ];
  const rows = fields.filter(([, value]) => value !== '').map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  const todos = card.todos.map(todo => html`<li><a href="/${todo.path}">${todo.path}:${todo.range.start.line + 1}</a> ${todo.keyword}: ${todo.text}</li>`);
  return [
    '<main>',
    html`<h1><span class="id">${ticket.id}</span> ${ticket.title}</h1>`,
    `<dl>${rows.join('')}</dl>`,
    ticket.criteria.total > 0
      ? html`<p class="progress"><progress max="${ticket.criteria.total}" value="${ticket.criteria.done}" aria-label="criteria that are met"></progress> ${ticket.criteria.done} of ${ticket.criteria.total}</p>`
      : '',
    text,
    todos.length > 0 ? `<h2>TODOs</h2><ul>${todos.join('')}</ul>` : '',
    '</main>',
  ].join('\n');
}
