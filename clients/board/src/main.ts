// The board: columns by status, by mouse and by keyboard, live. Drawn in a webview of VS Code and by `docket board --web`.
import type { ProjectTickets, TicketCard, TicketRow } from '../../vscode/src/protocol';
import { drawCard } from './card';
import { type Closed, type Column, columns, moved, neighbour } from './columns';
import { icon, make, shapes } from './dom';
import { filterHelp } from './filter';
import { findHost, type Kept } from './host';
import { CardList } from './list';

const host = findHost();
let kept: Kept = host.kept();
/** What docket said last, and what it will say once it has done what was asked here. */
let projects: readonly ProjectTickets[] = [];
let resultId: string | undefined;
/** A move that is under way: the rows that come meanwhile do not know it yet. */
interface Move {
  readonly root: string;
  readonly path: string;
  readonly status: string;
}
/** One for each ticket; a later one of the same ticket takes its place. */
let pending: readonly Move[] = [];
/** Moves go to docket in the order they were made. */
const moves = queue();
const questions = queue();
let lists = new Map<string, CardList>();
/** Tickets by the path of their files, since an id may be that of several. */
let current: string | undefined;
let dragged: string | undefined;
let shownCard: { readonly ticket: string; readonly root: string; readonly path: string } | undefined;
/** The card that is drawn. */
let drawnCard: TicketCard | undefined;

const search = make('input', { type: 'search', id: 'filter', placeholder: 'Filter', 'aria-label': 'Filter the tickets', title: filterHelp, autocomplete: 'off', spellcheck: 'false' });
const project = make('select', { id: 'project', 'aria-label': 'Project' });
const closedBox = make('input', { type: 'checkbox', id: 'closed' });
const count = make('span', { id: 'count' });
const create = make('button', { type: 'button', id: 'new' }, 'New ticket');
const trouble = make('div', { id: 'trouble', role: 'alert' });
const said = make('div', { id: 'said', role: 'status', class: 'heard' });
const main = make('main', { id: 'board', 'aria-label': 'Tickets by status' });
const side = make('aside', { id: 'card', 'aria-labelledby': 'card-title', hidden: true });
const help = make('p', { id: 'keys', hidden: true },
  'Arrow keys go from ticket to ticket, Enter opens one, Alt with an arrow key moves it to another column, slash goes to the filter.');

document.body.append(
  make('header', { class: 'bar' }, make('h1', {}, 'Board'), project, search, make('label', { for: 'closed' }, closedBox, 'Done and dropped'), count, create),
  trouble, make('div', { class: 'parts' }, main, side), said, help);

search.value = kept.filter ?? '';
closedBox.checked = kept.closed === 'shown';

function keep(more: Kept): void {
  kept = { ...kept, ...more };
  host.keep(kept);
}

function shownProject(): ProjectTickets | undefined {
  const found = projects.find(it => it.root === kept.root) ?? projects[0];
  return found && pending.filter(it => it.root === found.root).reduce((rows, { path, status }) => moved(rows, path, status), found);
}

function shownColumns(): Column[] {
  const found = shownProject();
  const closed: Closed = closedBox.checked ? 'shown' : 'hidden';
  return found ? columns(found, search.value, closed) : [];
}

function say(message: string): void {
  said.textContent = message;
}

function tell(message: string | undefined): void {
  trouble.textContent = message ?? '';
}

/** Draws what is known. Columns stay as long as their names do, so that nothing loses its place. */
function draw(): void {
  const found = shownProject();
  if (found && shownCard && shownCard.root !== found.root) {
    // a card of another project beside the board would be changed by the statuses of this one
    closeCard('stay');
  }
  const all = shownColumns();
  const names = all.map(it => it.status.name);
  if (names.join('\n') !== [...lists.keys()].join('\n')) {
    lists = new Map(names.map(name => [name, lists.get(name) ?? makeList(name)]));
    main.replaceChildren(...all.map((column, at) => drawColumn(column, at)));
  }
  for (const column of all) {
    const list = lists.get(column.status.name);
    const heading = list?.element.previousElementSibling;
    const badge = heading?.querySelector('.number');
    if (badge) {
      const n = column.tickets.length;
      badge.textContent = n === column.total ? String(n) : `${n} of ${column.total}`;
    }
    list?.show(column.tickets);
  }
  mark();
  const n = all.reduce((sum, it) => sum + it.tickets.length, 0);
  count.textContent = found ? `${n} ${n === 1 ? 'ticket' : 'tickets'}${found.complete ? '' : ' so far'}` : '';
  if (found && found.tickets.length === 0 && found.complete) {
    tell('This project has no tickets yet. Make one with "New ticket".');
  } else if (trouble.textContent?.startsWith('This project has no tickets')) {
    tell(undefined);
  }
}

function makeList(status: string): CardList {
  return new CardList(`Tickets in ${status}`, { focused: row => { current = row.path; mark(); }, opened: open, grabbed: grab });
}

function drawColumn(column: Column, at: number): HTMLElement {
  const { name, kind, known } = column.status;
  // not the name: it may have a space, and that parts ids in aria-labelledby
  const id = `column-${at}`;
  const list = lists.get(name);
  const heading = make('h2', { id }, icon(shapes[kind]), make('span', { class: 'name' }, name), make('span', { class: 'number' }));
  const section = make('section', { class: `column ${kind}`, 'aria-labelledby': id, 'data-status': name, 'data-known': known ? 'yes' : 'no' }, heading);
  if (list) {
    section.append(list.element);
  }
  section.addEventListener('dragover', event => {
    if (dragged !== undefined && known) {
      event.preventDefault();
      section.classList.add('over');
    }
  });
  section.addEventListener('dragleave', () => section.classList.remove('over'));
  section.addEventListener('drop', event => {
    event.preventDefault();
    section.classList.remove('over');
    if (dragged !== undefined) {
      void move(dragged, name);
    }
    dragged = undefined;
  });
  return section;
}

/** Has the Tab key lead to one card of the whole board. */
function mark(): void {
  const holder = [...lists.values()].find(it => current !== undefined && it.indexOf(current) >= 0) ?? [...lists.values()].find(it => it.count > 0);
  for (const list of lists.values()) {
    list.mark(list === holder ? current : undefined);
    if (list !== holder) {
      list.element.querySelectorAll('[tabindex="0"]').forEach(it => it.setAttribute('tabindex', '-1'));
    }
  }
}

function grab(row: TicketRow, event: DragEvent): void {
  dragged = row.path;
  event.dataTransfer?.setData('text/plain', row.id);
  if (event.dataTransfer) {
    event.dataTransfer.effectAllowed = 'move';
  }
}

function open({ id: ticket, path }: TicketRow): void {
  const root = shownProject()?.root;
  if (root === undefined) {
    return;
  }
  if (host.open) {
    host.open(ticket, root, path);
  } else {
    shownCard = { ticket, root, path };
    void showCard('focus');
  }
}

/** Moves a ticket: shown at once, taken back where docket refuses. */
async function move(path: string, status: string): Promise<void> {
  const found = shownProject();
  const row = found?.tickets.find(it => it.path === path);
  if (!found || !row || row.status === status) {
    redrawCard();
    return;
  }
  const { root } = found;
  const mine: Move = { root, path, status };
  const settled = (): void => { pending = pending.filter(it => it !== mine); };
  pending = [...pending.filter(it => it.root !== root || it.path !== path), mine];
  current = path;
  draw();
  tell(undefined);
  say(`${row.id} is in ${status} now`);
  try {
    await moves(async () => {
      // a later move of the same ticket has taken its place while it waited
      if (pending.includes(mine)) {
        await host.call('setStatus', { ticket: row.id, status, root });
      }
    });
    await refresh(settled);
  } catch (error) {
    settled();
    draw();
    redrawCard();
    fail(error);
  }
}

/** Does what it is given one after another, in the order given: requests that are sent at once may arrive in any. */
function queue(): (task: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return task => {
    const mine = last.then(task);
    last = mine.catch(() => undefined);
    return mine;
  };
}

function fail(error: unknown): void {
  tell(error instanceof Error ? error.message : String(error));
}

/** Asks for the rows, one question at a time so that no older answer is drawn last; `settled` is told before they are drawn. */
function refresh(settled: () => void = () => undefined): Promise<void> {
  return questions(() => ask(settled));
}

async function ask(settled: () => void): Promise<void> {
  const answer = await host.call('tickets', resultId === undefined ? {} : { previousResultId: resultId });
  settled();
  if (answer.projects) {
    projects = answer.projects;
    resultId = answer.resultId;
    project.hidden = projects.length < 2;
    project.replaceChildren(...projects.map(it => make('option', { value: it.root, selected: it.root === kept.root }, it.name)));
  }
  draw();
}

/** One question at a time: what changes meanwhile is one more. */
let asking = false;
let askAgain = false;
async function follow(): Promise<void> {
  askAgain = true;
  if (asking) {
    return;
  }
  asking = true;
  try {
    while (askAgain) {
      askAgain = false;
      await refresh();
      await showCard('keep');
    }
  } catch (error) {
    fail(error);
  } finally {
    asking = false;
  }
}

async function showCard(focus: 'focus' | 'keep'): Promise<void> {
  const wanted = shownCard;
  if (!wanted) {
    return;
  }
  const { card } = await host.call('ticket', { ticket: wanted.ticket, root: wanted.root });
  if (shownCard !== wanted) {
    return;
  }
  if (!card) {
    closeCard();
    tell(`${wanted.ticket} is gone.`);
    return;
  }
  const same = shownProject()?.tickets.filter(it => it.id === wanted.ticket) ?? [];
  if (card.ticket.path !== wanted.path && same.some(it => it.path === wanted.path)) {
    closeCard();
    tell(`${wanted.ticket} is the id of ${same.length} files, and the card is that of ${card.ticket.path}. Give each its own: docket renumber ${wanted.ticket}.`);
    return;
  }
  // what is the same is not drawn anew, or an open list of statuses would fold up
  if (focus === 'focus' || JSON.stringify(card) !== JSON.stringify(drawnCard)) {
    drawSide(card);
  }
  if (focus === 'focus') {
    side.querySelector<HTMLElement>('.close')?.focus();
  }
}

function drawSide(card: TicketCard): void {
  const active = document.activeElement;
  const held = side.contains(active) ? active?.id : undefined;
  const top = drawnCard?.ticket.path === card.ticket.path ? side.scrollTop : 0;
  drawnCard = card;
  const statuses = (shownProject()?.statuses ?? []).filter(it => it.known || it.name === card.ticket.status).map(it => it.name);
  side.replaceChildren(drawCard(card, statuses, {
    tick: (criterion, done) => {
      const { root, ticket: { id: ticket } } = card;
      host.call('toggleCriterion', { ticket, criterion, done, root }).then(() => follow(), (error: unknown) => {
        redrawCard();
        fail(error);
      });
    },
    setStatus: status => void move(card.ticket.path, status),
    close: () => closeCard(),
  }));
  side.hidden = false;
  side.scrollTop = top;
  if (held) {
    document.getElementById(held)?.focus();
  }
}

/** Shows what docket said last of the ticket: what was chosen or ticked and then refused is taken back. */
function redrawCard(): void {
  if (shownCard && drawnCard) {
    drawSide(drawnCard);
  }
}

/** Takes the card away; the focus goes back to where it was opened, or stays. */
function closeCard(focus: 'back' | 'stay' = 'back'): void {
  const path = shownCard?.path;
  shownCard = undefined;
  drawnCard = undefined;
  side.hidden = true;
  side.replaceChildren();
  if (path !== undefined && focus === 'back') {
    focusOn(path);
  }
}

function focusOn(path: string): void {
  for (const list of lists.values()) {
    const at = list.indexOf(path);
    if (at >= 0) {
      list.focus(at);
      return;
    }
  }
}

/** Goes from card to card, and from column to column at about the same height. */
function step(event: KeyboardEvent): boolean {
  const all = [...lists.values()];
  const from = all.findIndex(it => current !== undefined && it.indexOf(current) >= 0);
  const list = all[from];
  if (!list || current === undefined) {
    return false;
  }
  const at = list.indexOf(current);
  switch (event.key) {
    case 'ArrowDown': list.focus(at + 1); return true;
    case 'ArrowUp': list.focus(at - 1); return true;
    case 'Home': list.focus(0); return true;
    case 'End': list.focus(list.count - 1); return true;
    case 'PageDown': list.focus(at + 10); return true;
    case 'PageUp': list.focus(at - 10); return true;
    case 'ArrowRight': case 'ArrowLeft': {
      const way = event.key === 'ArrowRight' ? 1 : -1;
      for (let next = from + way; next >= 0 && next < all.length; next += way) {
        if ((all[next]?.count ?? 0) > 0) {
          all[next]?.focus(at);
          return true;
        }
      }
      return true;
    }
    case 'Enter': case ' ': {
      const row = list.at(at);
      if (row) {
        open(row);
      }
      return true;
    }
    default: return false;
  }
}

async function shift(way: -1 | 1): Promise<void> {
  const path = current;
  const all = shownColumns();
  const from = all.find(it => it.tickets.some(row => row.path === path));
  const status = from && neighbour(all, from.status.name, way);
  if (path === undefined || status === undefined) {
    return;
  }
  const done = move(path, status);
  focusOn(path);
  await done;
}

document.addEventListener('keydown', event => {
  const onCard = event.target instanceof HTMLElement && event.target.classList.contains('card');
  if (event.key === 'Escape' && shownCard) {
    closeCard();
  } else if (onCard && event.altKey && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) {
    event.preventDefault();
    void shift(event.key === 'ArrowRight' ? 1 : -1);
  } else if (onCard && !event.altKey && !event.ctrlKey && !event.metaKey && step(event)) {
    event.preventDefault();
  } else if (event.key === '/' && !(event.target instanceof HTMLInputElement)) {
    event.preventDefault();
    search.focus();
  } else if (event.target === search && (event.key === 'ArrowDown' || event.key === 'Enter')) {
    event.preventDefault();
    [...lists.values()].find(it => it.count > 0)?.focus(0);
  }
});
document.addEventListener('dragend', () => {
  dragged = undefined;
  document.querySelectorAll('.over').forEach(it => it.classList.remove('over'));
});
search.addEventListener('input', () => { keep({ filter: search.value }); draw(); });
closedBox.addEventListener('change', () => { keep({ closed: closedBox.checked ? 'shown' : 'hidden' }); draw(); });
project.addEventListener('change', () => {
  keep({ root: project.value });
  current = undefined;
  draw();
});
window.addEventListener('resize', () => { for (const list of lists.values()) list.draw(); });
create.addEventListener('click', () => {
  const root = shownProject()?.root;
  const status = shownProject()?.statuses[0]?.name;
  if (root === undefined || status === undefined) {
    return;
  }
  if (host.create) {
    host.create(status, root);
  } else {
    askTitle(root, status);
  }
});

/** The form of a new ticket, in a browser. */
function askTitle(root: string, status: string): void {
  const title = make('input', { id: 'new-title', required: true, maxlength: 200, autocomplete: 'off' });
  const dialog = make('dialog', { 'aria-labelledby': 'new-heading' }, make('form', { method: 'dialog' },
    make('h2', { id: 'new-heading' }, 'New ticket'),
    make('label', { for: 'new-title' }, 'What is to be done, in one line'), title,
    make('div', { class: 'bar' }, make('button', { value: 'make' }, 'Make'), make('button', { value: '', formnovalidate: true }, 'Cancel'))));
  document.body.append(dialog);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (dialog.returnValue === 'make' && title.value.trim() !== '') {
      host.call('create', { title: title.value.trim(), root, status }).then(() => follow(), fail);
    }
    create.focus();
  });
  dialog.showModal();
}

host.onTrouble(message => tell(message));
host.onChanged(() => void follow());
void follow();
