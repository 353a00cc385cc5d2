// One column's cards: as many elements as are in sight, however many tickets there are.
import type { TicketRow } from '../../vscode/src/protocol';
import { spoken } from './columns';
import { icon, make, shapes } from './dom';
import { inSight, scrollTo } from './window';

/** What a card tells of itself to the board. */
export interface CardEvents {
  readonly focused: (row: TicketRow) => void;
  readonly opened: (row: TicketRow) => void;
  readonly grabbed: (row: TicketRow, event: DragEvent) => void;
}

/**
 * The scrolling list of one column. Cards are of one height, which the style sheet says and the list measures. A card is known by its
 * file's path: until somebody renumbers them, several tickets may have one id.
 */
export class CardList {
  readonly element: HTMLElement;
  private readonly space = make('ul', { class: 'cards', role: 'list' });
  private readonly drawn = new Map<string, { readonly row: TicketRow; readonly at: number; readonly count: number; readonly item: HTMLElement }>();
  private tickets: readonly TicketRow[] = [];
  private height = 0;
  /** The path of the card that the Tab key leads to. */
  private current: string | undefined;

  constructor(label: string, private readonly events: CardEvents) {
    this.element = make('div', { class: 'scroll' }, this.space);
    this.space.setAttribute('aria-label', label);
    this.element.addEventListener('scroll', () => this.draw(), { passive: true });
  }

  show(tickets: readonly TicketRow[]): void {
    this.tickets = tickets;
    this.draw();
  }

  /** Has the Tab key lead to one of the cards here; the first, where the one that is meant is elsewhere. */
  mark(path: string | undefined): void {
    this.current = path;
    for (const [drawn, { item }] of this.drawn) {
      const card = item.firstElementChild;
      card?.setAttribute('tabindex', drawn === this.tabStop() ? '0' : '-1');
    }
  }

  indexOf(path: string): number {
    return this.tickets.findIndex(it => it.path === path);
  }

  at(index: number): TicketRow | undefined {
    return this.tickets[index];
  }

  get count(): number {
    return this.tickets.length;
  }

  /** Brings a card into sight and the focus on it. */
  focus(index: number): void {
    const row = this.tickets[Math.max(0, Math.min(index, this.tickets.length - 1))];
    if (!row) {
      return;
    }
    this.measure();
    const top = scrollTo(this.indexOf(row.path), this.height, this.element.scrollTop, this.element.clientHeight);
    if (top !== undefined) {
      this.element.scrollTop = top;
    }
    this.draw();
    const card = this.drawn.get(row.path)?.item.firstElementChild;
    if (card instanceof HTMLElement) {
      card.focus({ preventScroll: true });
    }
  }

  /** Draws what is in sight, keeping the elements of what stays. */
  draw(): void {
    this.measure();
    const { first, end } = inSight(this.tickets.length, this.height, this.element.scrollTop, this.element.clientHeight);
    this.space.style.height = `${this.tickets.length * this.height}px`;
    const wanted = new Set<string>();
    // from below, so that each knows the one that it stands before
    let below: HTMLElement | null = null;
    for (let at = end - 1; at >= first; at -= 1) {
      const row = this.tickets[at];
      if (row) {
        wanted.add(row.path);
        below = this.place(row, at, below);
      }
    }
    // a card that has the focus stays, or the focus would fall to the page when it is scrolled away
    const held = document.activeElement?.parentElement;
    for (const [path, { item }] of this.drawn) {
      if (!wanted.has(path) && !(item === held && this.indexOf(path) >= 0)) {
        item.remove();
        this.drawn.delete(path);
      }
    }
  }

  /** Puts a card at its place, in the page's order too, for those who hear the page or step through it. */
  private place(row: TicketRow, at: number, below: HTMLElement | null): HTMLElement {
    const had = this.drawn.get(row.path);
    const isSame = had?.row === row;
    const item = had && isSame ? had.item : this.card(row);
    const hadFocus = had !== undefined && had.item.contains(document.activeElement);
    if (had && !isSame) {
      had.item.remove();
    }
    if (!had || !isSame || had.at !== at || had.count !== this.tickets.length) {
      item.setAttribute('aria-setsize', String(this.tickets.length));
      item.setAttribute('aria-posinset', String(at + 1));
      item.style.transform = `translateY(${at * this.height}px)`;
      this.drawn.set(row.path, { row, at, count: this.tickets.length, item });
    }
    if (!item.isConnected || item.nextElementSibling !== below) {
      this.space.insertBefore(item, below);
    }
    if (hadFocus && !item.contains(document.activeElement) && item.firstElementChild instanceof HTMLElement) {
      item.firstElementChild.focus({ preventScroll: true });
    }
    return item;
  }

  private card(row: TicketRow): HTMLElement {
    const card = make('div', {
      class: `card ${row.kind}`, role: 'group', 'aria-roledescription': 'ticket', 'aria-label': spoken(row), 'aria-describedby': 'keys',
      tabindex: row.path === this.tabStop() ? 0 : -1, draggable: 'true', 'data-ticket': row.id, title: row.title,
    });
    const head = make('div', { class: 'head' }, icon(shapes[row.kind]), make('span', { class: 'id' }, row.id));
    if (row.priority) {
      head.append(make('span', { class: `priority ${row.priority}` }, row.priority));
    }
    if (row.troubles > 0) {
      head.append(make('span', { class: 'trouble' }, icon(shapes.trouble), String(row.troubles)));
    }
    const foot = make('div', { class: 'foot' });
    const add = (kind: string, text: string): void => { foot.append(make('span', { class: kind }, text)); };
    row.assignees.forEach(person => add('person', `@${person}`));
    if (row.due) {
      add(row.overdue ? 'due overdue' : 'due', row.overdue ? `overdue ${row.due}` : `due ${row.due}`);
    }
    if (row.waitsFor.length > 0) {
      add('waits', `waits for ${row.waitsFor.join(', ')}`);
    }
    if (row.criteria.total > 0) {
      add('criteria', `${row.criteria.done}/${row.criteria.total}`);
    }
    if (row.todos > 0) {
      add('todos', row.todos === 1 ? '1 TODO' : `${row.todos} TODOs`);
    }
    row.labels.forEach(label => add('label', label));
    card.append(head, make('div', { class: 'title' }, row.title), foot);
    card.addEventListener('focus', () => this.events.focused(row));
    card.addEventListener('click', () => this.events.opened(row));
    card.addEventListener('dragstart', event => this.events.grabbed(row, event));
    return make('li', { class: 'place' }, card);
  }

  private tabStop(): string | undefined {
    return this.current !== undefined && this.indexOf(this.current) >= 0 ? this.current : this.tickets[0]?.path;
  }

  /** The height of a card with the gap below it; known once the list is in the page. */
  private measure(): void {
    if (this.element.clientWidth === 0) {
      return;
    }
    const measured = parseFloat(getComputedStyle(this.element).getPropertyValue('--row'));
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.height = measured * size;
  }
}
