// A ticket's card beside the board, in a browser: an editor shows the file instead.
import type { TicketCard } from '../../vscode/src/protocol';
import { make } from './dom';

export interface CardActions {
  readonly tick: (criterion: number, done: boolean) => void;
  readonly setStatus: (status: string) => void;
  readonly close: () => void;
}

/** The card's content: fields, text as it is written, criteria as check boxes, TODOs. What takes the focus has an id, to have it again when drawn anew. */
export function drawCard(card: TicketCard, statuses: readonly string[], actions: CardActions): HTMLElement {
  const { ticket } = card;
  const close = make('button', { type: 'button', id: 'card-close', class: 'close', 'aria-label': 'Close the card' }, '×');
  close.addEventListener('click', actions.close);
  const status = make('select', { id: 'card-status', 'aria-label': 'Status' },
    ...statuses.map(name => make('option', { value: name, selected: name === ticket.status }, name)));
  status.addEventListener('change', () => actions.setStatus(status.value));
  const fields = make('dl', { class: 'fields' });
  const field = (name: string, value: Node | string | null): void => {
    if (value !== null && value !== '') {
      fields.append(make('dt', {}, name), make('dd', {}, value));
    }
  };
  field('status', status);
  field('priority', ticket.priority);
  field('type', ticket.type);
  field('assignees', ticket.assignees.map(person => `@${person}`).join(', '));
  field('labels', ticket.labels.join(', '));
  field('milestone', ticket.milestone);
  field('parent', ticket.parent);
  field('depends on', ticket.dependsOn.join(', '));
  field('due', ticket.due && (ticket.overdue ? `${ticket.due}, overdue` : ticket.due));
  field('estimate', ticket.estimate === null ? null : String(ticket.estimate));
  field('file', make('code', {}, ticket.path));
  const parts: Node[] = [make('div', { class: 'bar' }, make('h2', { id: 'card-title' }, `${ticket.id} ${ticket.title}`), close), fields];
  if (card.criteria.length > 0) {
    parts.push(make('h3', {}, `Acceptance criteria ${ticket.criteria.done}/${ticket.criteria.total}`));
    parts.push(make('ul', { class: 'criteria' }, ...card.criteria.map((criterion, number) => {
      const box = make('input', { type: 'checkbox', id: `criterion-${number}`, checked: criterion.done });
      box.addEventListener('change', () => actions.tick(number, box.checked));
      return make('li', {}, box, make('label', { for: `criterion-${number}` }, criterion.text));
    })));
  }
  const text = card.body.trim();
  if (text !== '') {
    parts.push(make('h3', {}, 'Text'), make('pre', { id: 'card-text', tabindex: 0, role: 'region', 'aria-label': 'The text of the ticket, as it is written' }, text));
  }
  if (card.todos.length > 0) {
    parts.push(make('h3', {}, 'TODOs'), make('ul', { class: 'todos' }, ...card.todos.map(todo =>
      make('li', {}, make('code', {}, `${todo.path}:${todo.range.start.line + 1}`), ` ${todo.keyword}: ${todo.text}`))));
  }
  return make('div', { class: 'sheet' }, ...parts);
}
