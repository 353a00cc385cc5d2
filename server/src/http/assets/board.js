"use strict";
(() => {
  // ../board/src/dom.ts
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== void 0 && value !== false) {
        element.setAttribute(name, value === true ? "" : String(value));
      }
    }
    element.append(...children);
    return element;
  }
  function icon(path) {
    const namespace = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(namespace, "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    svg.classList.add("icon");
    const shape = document.createElementNS(namespace, "path");
    shape.setAttribute("d", path);
    svg.append(shape);
    return svg;
  }
  var shapes = {
    open: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Z",
    active: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 1.5v9a4.5 4.5 0 0 1 0-9Z",
    done: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm3.3 4.6-4 4a.7.7 0 0 1-1 0L4.7 9l1-1 1.1 1.1 3.5-3.5 1 1Z",
    dropped: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm2.8 7.7-1.1 1.1L8 9.1l-1.7 1.7-1.1-1.1L6.9 8 5.2 6.3l1.1-1.1L8 6.9l1.7-1.7 1.1 1.1L9.1 8l1.7 1.7Z",
    trouble: "M8 1.5 15 14H1L8 1.5Zm-.7 5v4h1.4v-4H7.3Zm0 5v1.3h1.4v-1.3H7.3Z"
  };

  // ../board/src/card.ts
  function drawCard(card, statuses, actions) {
    const { ticket } = card;
    const close = make("button", { type: "button", id: "card-close", class: "close", "aria-label": "Close the card" }, "×");
    close.addEventListener("click", actions.close);
    const status = make(
      "select",
      { id: "card-status", "aria-label": "Status" },
      ...statuses.map((name) => make("option", { value: name, selected: name === ticket.status }, name))
    );
    status.addEventListener("change", () => actions.setStatus(status.value));
    const fields2 = make("dl", { class: "fields" });
    const field = (name, value) => {
      if (value !== null && value !== "") {
        fields2.append(make("dt", {}, name), make("dd", {}, value));
      }
    };
    field("status", status);
    field("priority", ticket.priority);
    field("type", ticket.type);
    field("assignees", ticket.assignees.map((person) => `@${person}`).join(", "));
    field("labels", ticket.labels.join(", "));
    field("milestone", ticket.milestone);
    field("parent", ticket.parent);
    field("depends on", ticket.dependsOn.join(", "));
    field("due", ticket.due && (ticket.overdue ? `${ticket.due}, overdue` : ticket.due));
    field("estimate", ticket.estimate === null ? null : String(ticket.estimate));
    field("file", make("code", {}, ticket.path));
    const parts = [make("div", { class: "bar" }, make("h2", { id: "card-title" }, `${ticket.id} ${ticket.title}`), close), fields2];
    if (card.criteria.length > 0) {
      parts.push(make("h3", {}, `Acceptance criteria ${ticket.criteria.done}/${ticket.criteria.total}`));
      parts.push(make("ul", { class: "criteria" }, ...card.criteria.map((criterion, number) => {
        const box = make("input", { type: "checkbox", id: `criterion-${number}`, checked: criterion.done });
        box.addEventListener("change", () => actions.tick(number, box.checked));
        return make("li", {}, box, make("label", { for: `criterion-${number}` }, criterion.text));
      })));
    }
    const text2 = card.body.trim();
    if (text2 !== "") {
      parts.push(make("h3", {}, "Text"), make("pre", { id: "card-text", tabindex: 0, role: "region", "aria-label": "The text of the ticket, as it is written" }, text2));
    }
    if (card.todos.length > 0) {
      parts.push(make("h3", {}, "TODOs"), make("ul", { class: "todos" }, ...card.todos.map((todo) => make("li", {}, make("code", {}, `${todo.path}:${todo.range.start.line + 1}`), ` ${todo.keyword}: ${todo.text}`))));
    }
    return make("div", { class: "sheet" }, ...parts);
  }

  // ../board/src/filter.ts
  var filterHelp = "words, @user, @me, !label, status:review, priority:high, type:bug, milestone:v1, parent:T-7k3f, is:overdue, is:blocked, is:mine; - in front says not";
  var same = (one, other) => one.toLowerCase() === other.toLowerCase();
  var text = (value) => value ?? "none";
  var fields = {
    status: (row, value) => same(row.status, value) || same(row.kind, value),
    priority: (row, value) => same(text(row.priority), value),
    type: (row, value) => same(text(row.type), value),
    milestone: (row, value) => same(text(row.milestone), value),
    parent: (row, value) => same(text(row.parent), value),
    label: (row, value) => has(row.labels, value),
    assignee: (row, value) => has(row.assignees, value)
  };
  var states = {
    overdue: (row) => row.overdue,
    blocked: (row) => row.waitsFor.length > 0,
    ready: (row) => row.kind === "open" && row.waitsFor.length === 0,
    mine: (row, me) => isOf(row, me),
    trouble: (row) => row.troubles > 0,
    open: (row) => row.kind === "open",
    active: (row) => row.kind === "active",
    done: (row) => row.kind === "done",
    dropped: (row) => row.kind === "dropped"
  };
  function isOf(row, me) {
    return me !== null && row.assignees.some((person) => same(person, me));
  }
  function has(values, wanted) {
    return same(wanted, "none") ? values.length === 0 : values.some((value) => same(value, wanted));
  }
  function parseFilter(typed) {
    const terms = [];
    const unknown = [];
    for (const word of words(typed)) {
      const negated = word.startsWith("-") && word.length > 1;
      const rest = negated ? word.slice(1) : word;
      terms.push({ negated, meets: term(rest, unknown) });
    }
    return { terms, unknown };
  }
  function term(word, unknown) {
    if (word.startsWith("@") && word.length > 1) {
      const person = word.slice(1);
      return (row, me) => same(person, "me") ? isOf(row, me) : has(row.assignees, person);
    }
    if (word.startsWith("!") && word.length > 1) {
      const label = word.slice(1);
      return (row) => has(row.labels, label);
    }
    const colon = word.indexOf(":");
    if (colon > 0) {
      const [key, value] = [word.slice(0, colon).toLowerCase(), word.slice(colon + 1)];
      const state = key === "is" ? states[value.toLowerCase()] : void 0;
      const field = fields[key];
      if (state) {
        return state;
      }
      if (field) {
        return (row) => value === "" || field(row, value.replace(/^@/, ""));
      }
      unknown.push(word);
    }
    const lower = word.toLowerCase();
    return (row) => row.title.toLowerCase().includes(lower) || row.id.toLowerCase().includes(lower);
  }
  function words(typed) {
    const found = [];
    for (const match of typed.matchAll(/(?:[^\s"]|"[^"]*"?)+/g)) {
      const word = match[0].replaceAll('"', "");
      if (word !== "" && word !== "-") {
        found.push(word);
      }
    }
    return found;
  }
  function passes(filter, row, me) {
    return filter.terms.every((it) => it.meets(row, me) !== it.negated);
  }

  // ../board/src/order.ts
  var priorities = ["critical", "high", "medium", "low"];
  function rank(priority) {
    const at = priorities.indexOf(priority ?? "medium");
    return at < 0 ? priorities.indexOf("medium") : at;
  }
  var latest = "9999-12-31";
  function byUrgency(one, other) {
    return rank(one.priority) - rank(other.priority) || compare(one.due ?? latest, other.due ?? latest) || compare(one.created ?? latest, other.created ?? latest) || compare(one.id, other.id);
  }
  function compare(one, other) {
    return one < other ? -1 : one > other ? 1 : 0;
  }

  // ../board/src/columns.ts
  function columns(project2, typed, closed) {
    const filter = parseFilter(typed);
    const byStatus = /* @__PURE__ */ new Map();
    for (const row of project2.tickets) {
      const rows = byStatus.get(row.status);
      if (rows) {
        rows.push(row);
      } else {
        byStatus.set(row.status, [row]);
      }
    }
    return project2.statuses.filter((status) => closed === "shown" || status.kind === "open" || status.kind === "active").map((status) => {
      const all = byStatus.get(status.name) ?? [];
      return { status, total: all.length, tickets: all.filter((row) => passes(filter, row, project2.me)).sort(byUrgency) };
    });
  }
  function moved(project2, path, status) {
    const kind = project2.statuses.find((it) => it.name === status)?.kind;
    if (!kind) {
      return project2;
    }
    const change = (row) => row.path === path ? { ...row, status, kind, overdue: row.overdue && !isClosed(kind) } : row;
    return { ...project2, tickets: project2.tickets.map(change) };
  }
  function isClosed(kind) {
    return kind === "done" || kind === "dropped";
  }
  function neighbour(all, status, step2) {
    for (let at = all.findIndex((it) => it.status.name === status) + step2; at >= 0 && at < all.length; at += step2) {
      const column = all[at];
      if (column?.status.known) {
        return column.status.name;
      }
    }
    return void 0;
  }
  function spoken(row) {
    const parts = [row.id, row.title, row.status];
    if (row.priority) {
      parts.push(`${row.priority} priority`);
    }
    if (row.assignees.length > 0) {
      parts.push(`assigned to ${row.assignees.join(", ")}`);
    }
    if (row.due) {
      parts.push(row.overdue ? `overdue since ${row.due}` : `due ${row.due}`);
    }
    if (row.waitsFor.length > 0) {
      parts.push(`waits for ${row.waitsFor.join(", ")}`);
    }
    if (row.criteria.total > 0) {
      parts.push(`${row.criteria.done} of ${row.criteria.total} criteria met`);
    }
    if (row.troubles > 0) {
      parts.push(row.troubles === 1 ? "1 finding" : `${row.troubles} findings`);
    }
    return parts.join(", ");
  }

  // ../board/src/host.ts
  function findHost() {
    return typeof acquireVsCodeApi === "function" ? inEditor(acquireVsCodeApi()) : inBrowser();
  }
  function inEditor(api) {
    const waiting = /* @__PURE__ */ new Map();
    const changed = [];
    const trouble2 = [];
    let last = 0;
    window.addEventListener("message", (event) => {
      const message = event.data;
      if ("answer" in message) {
        const asker = waiting.get(message.answer);
        waiting.delete(message.answer);
        if (message.error === void 0) {
          asker?.done(message.result);
        } else {
          asker?.failed(new Error(message.error));
        }
      } else if ("changed" in message) {
        changed.forEach((tell2) => tell2());
      } else if ("trouble" in message) {
        trouble2.forEach((tell2) => tell2(message.trouble ?? void 0));
      }
    });
    return {
      call: (method, params) => new Promise((done, failed) => {
        last += 1;
        waiting.set(last, { done, failed });
        api.postMessage({ call: last, method, params });
      }),
      onChanged: (tell2) => {
        changed.push(tell2);
      },
      onTrouble: (tell2) => {
        trouble2.push(tell2);
      },
      open: (ticket, root, path) => api.postMessage({ open: ticket, root, path }),
      create: (status, root) => api.postMessage({ create: status, root }),
      kept: () => api.getState() ?? {},
      keep: (state) => api.setState(state)
    };
  }
  var tokenKey = "docket-token";
  var stateKey = "docket-board";
  var gone = "The connection to docket is gone. Start `docket board --web` again; this page goes on by itself where it can.";
  function inBrowser() {
    const trouble2 = [];
    const changed = [];
    const given = location.hash.slice(1);
    if (given !== "") {
      history.replaceState(null, "", location.pathname);
    }
    const token = given === "" ? Promise.resolve(sessionStorage.getItem(tokenKey) ?? "") : enter(given);
    const ask2 = async (path, init) => fetch(`/api/${path}`, { ...init, cache: "no-store", headers: { "content-type": "application/json", authorization: `Bearer ${await token}` } });
    void listen();
    async function enter(first) {
      const answer = await fetch("/api/enter", { method: "POST", cache: "no-store", headers: { authorization: `Bearer ${first}` } });
      const session = answer.ok ? (await answer.json()).token : "";
      sessionStorage.setItem(tokenKey, session);
      return session;
    }
    async function listen() {
      for (let wait = 500; ; wait = Math.min(wait * 2, 1e4)) {
        try {
          const answer = await ask2("changes", { method: "GET" });
          if (answer.status === 401) {
            const { error } = await answer.json();
            trouble2.forEach((tell2) => tell2(error));
            return;
          }
          const reader = answer.body?.getReader();
          if (answer.ok && reader) {
            trouble2.forEach((tell2) => tell2(void 0));
            changed.forEach((tell2) => tell2());
            wait = 250;
            while (!(await reader.read()).done) {
              changed.forEach((tell2) => tell2());
            }
          }
        } catch {
        }
        trouble2.forEach((tell2) => tell2(gone));
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    return {
      call: async (method, params) => {
        const answer = await ask2(method, { method: "POST", body: JSON.stringify(params) });
        const value = await answer.json();
        if (!answer.ok) {
          throw new Error(value.error ?? `docket answered ${answer.status}`);
        }
        return value;
      },
      onChanged: (tell2) => {
        changed.push(tell2);
      },
      onTrouble: (tell2) => {
        trouble2.push(tell2);
      },
      kept: () => JSON.parse(sessionStorage.getItem(stateKey) ?? "{}"),
      keep: (state) => sessionStorage.setItem(stateKey, JSON.stringify(state))
    };
  }

  // ../board/src/window.ts
  var margin = 4;
  function inSight(count2, height, top, room) {
    if (height <= 0 || count2 === 0) {
      return { first: 0, end: 0 };
    }
    const first = Math.max(0, Math.min(count2, Math.floor(top / height)) - margin);
    const end = Math.min(count2, Math.ceil((top + room) / height) + margin);
    return { first, end: Math.max(first, end) };
  }
  function scrollTo(at, height, top, room) {
    const start = at * height;
    if (start < top) {
      return start;
    }
    return start + height > top + room ? start + height - room : void 0;
  }

  // ../board/src/list.ts
  var CardList = class {
    constructor(label, events) {
      this.events = events;
      this.element = make("div", { class: "scroll" }, this.space);
      this.space.setAttribute("aria-label", label);
      this.element.addEventListener("scroll", () => this.draw(), { passive: true });
    }
    events;
    element;
    space = make("ul", { class: "cards", role: "list" });
    drawn = /* @__PURE__ */ new Map();
    tickets = [];
    height = 0;
    /** The path of the card that the Tab key leads to. */
    current;
    show(tickets) {
      this.tickets = tickets;
      this.draw();
    }
    /** Has the Tab key lead to one of the cards here; the first, where the one that is meant is elsewhere. */
    mark(path) {
      this.current = path;
      for (const [drawn, { item }] of this.drawn) {
        const card = item.firstElementChild;
        card?.setAttribute("tabindex", drawn === this.tabStop() ? "0" : "-1");
      }
    }
    indexOf(path) {
      return this.tickets.findIndex((it) => it.path === path);
    }
    at(index) {
      return this.tickets[index];
    }
    get count() {
      return this.tickets.length;
    }
    /** Brings a card into sight and the focus on it. */
    focus(index) {
      const row = this.tickets[Math.max(0, Math.min(index, this.tickets.length - 1))];
      if (!row) {
        return;
      }
      this.measure();
      const top = scrollTo(this.indexOf(row.path), this.height, this.element.scrollTop, this.element.clientHeight);
      if (top !== void 0) {
        this.element.scrollTop = top;
      }
      this.draw();
      const card = this.drawn.get(row.path)?.item.firstElementChild;
      if (card instanceof HTMLElement) {
        card.focus({ preventScroll: true });
      }
    }
    /** Draws what is in sight, keeping the elements of what stays. */
    draw() {
      this.measure();
      const { first, end } = inSight(this.tickets.length, this.height, this.element.scrollTop, this.element.clientHeight);
      this.space.style.height = `${this.tickets.length * this.height}px`;
      const wanted = /* @__PURE__ */ new Set();
      let below = null;
      for (let at = end - 1; at >= first; at -= 1) {
        const row = this.tickets[at];
        if (row) {
          wanted.add(row.path);
          below = this.place(row, at, below);
        }
      }
      const held = document.activeElement?.parentElement;
      for (const [path, { item }] of this.drawn) {
        if (!wanted.has(path) && !(item === held && this.indexOf(path) >= 0)) {
          item.remove();
          this.drawn.delete(path);
        }
      }
    }
    /** Puts a card at its place, in the page's order too, for those who hear the page or step through it. */
    place(row, at, below) {
      const had = this.drawn.get(row.path);
      const isSame = had?.row === row;
      const item = had && isSame ? had.item : this.card(row);
      const hadFocus = had !== void 0 && had.item.contains(document.activeElement);
      if (had && !isSame) {
        had.item.remove();
      }
      if (!had || !isSame || had.at !== at || had.count !== this.tickets.length) {
        item.setAttribute("aria-setsize", String(this.tickets.length));
        item.setAttribute("aria-posinset", String(at + 1));
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
    card(row) {
      const card = make("div", {
        class: `card ${row.kind}`,
        role: "group",
        "aria-roledescription": "ticket",
        "aria-label": spoken(row),
        "aria-describedby": "keys",
        tabindex: row.path === this.tabStop() ? 0 : -1,
        draggable: "true",
        "data-ticket": row.id,
        title: row.title
      });
      const head = make("div", { class: "head" }, icon(shapes[row.kind]), make("span", { class: "id" }, row.id));
      if (row.priority) {
        head.append(make("span", { class: `priority ${row.priority}` }, row.priority));
      }
      if (row.troubles > 0) {
        head.append(make("span", { class: "trouble" }, icon(shapes.trouble), String(row.troubles)));
      }
      const foot = make("div", { class: "foot" });
      const add = (kind, text2) => {
        foot.append(make("span", { class: kind }, text2));
      };
      row.assignees.forEach((person) => add("person", `@${person}`));
      if (row.due) {
        add(row.overdue ? "due overdue" : "due", row.overdue ? `overdue ${row.due}` : `due ${row.due}`);
      }
      if (row.waitsFor.length > 0) {
        add("waits", `waits for ${row.waitsFor.join(", ")}`);
      }
      if (row.criteria.total > 0) {
        add("criteria", `${row.criteria.done}/${row.criteria.total}`);
      }
      if (row.todos > 0) {
        add("todos", row.todos === 1 ? "1 TODO" : `${row.todos} TODOs`);
      }
      row.labels.forEach((label) => add("label", label));
      card.append(head, make("div", { class: "title" }, row.title), foot);
      card.addEventListener("focus", () => this.events.focused(row));
      card.addEventListener("click", () => this.events.opened(row));
      card.addEventListener("dragstart", (event) => this.events.grabbed(row, event));
      return make("li", { class: "place" }, card);
    }
    tabStop() {
      return this.current !== void 0 && this.indexOf(this.current) >= 0 ? this.current : this.tickets[0]?.path;
    }
    /** The height of a card with the gap below it; known once the list is in the page. */
    measure() {
      if (this.element.clientWidth === 0) {
        return;
      }
      const measured = parseFloat(getComputedStyle(this.element).getPropertyValue("--row"));
      const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
      this.height = measured * size;
    }
  };

  // ../board/src/main.ts
  var host = findHost();
  var kept = host.kept();
  var projects = [];
  var resultId;
  var pending = [];
  var moves = queue();
  var questions = queue();
  var lists = /* @__PURE__ */ new Map();
  var current;
  var dragged;
  var shownCard;
  var drawnCard;
  var search = make("input", { type: "search", id: "filter", placeholder: "Filter", "aria-label": "Filter the tickets", title: filterHelp, autocomplete: "off", spellcheck: "false" });
  var project = make("select", { id: "project", "aria-label": "Project" });
  var closedBox = make("input", { type: "checkbox", id: "closed" });
  var count = make("span", { id: "count" });
  var create = make("button", { type: "button", id: "new" }, "New ticket");
  var trouble = make("div", { id: "trouble", role: "alert" });
  var said = make("div", { id: "said", role: "status", class: "heard" });
  var main = make("main", { id: "board", "aria-label": "Tickets by status" });
  var side = make("aside", { id: "card", "aria-labelledby": "card-title", hidden: true });
  var help = make(
    "p",
    { id: "keys", hidden: true },
    "Arrow keys go from ticket to ticket, Enter opens one, Alt with an arrow key moves it to another column, slash goes to the filter."
  );
  document.body.append(
    make("header", { class: "bar" }, make("h1", {}, "Board"), project, search, make("label", { for: "closed" }, closedBox, "Done and dropped"), count, create),
    trouble,
    make("div", { class: "parts" }, main, side),
    said,
    help
  );
  search.value = kept.filter ?? "";
  closedBox.checked = kept.closed === "shown";
  function keep(more) {
    kept = { ...kept, ...more };
    host.keep(kept);
  }
  function shownProject() {
    const found = projects.find((it) => it.root === kept.root) ?? projects[0];
    return found && pending.filter((it) => it.root === found.root).reduce((rows, { path, status }) => moved(rows, path, status), found);
  }
  function shownColumns() {
    const found = shownProject();
    const closed = closedBox.checked ? "shown" : "hidden";
    return found ? columns(found, search.value, closed) : [];
  }
  function say(message) {
    said.textContent = message;
  }
  function tell(message) {
    trouble.textContent = message ?? "";
  }
  function draw() {
    const found = shownProject();
    if (found && shownCard && shownCard.root !== found.root) {
      closeCard("stay");
    }
    const all = shownColumns();
    const names = all.map((it) => it.status.name);
    if (names.join("\n") !== [...lists.keys()].join("\n")) {
      lists = new Map(names.map((name) => [name, lists.get(name) ?? makeList(name)]));
      main.replaceChildren(...all.map((column, at) => drawColumn(column, at)));
    }
    for (const column of all) {
      const list = lists.get(column.status.name);
      const heading = list?.element.previousElementSibling;
      const badge = heading?.querySelector(".number");
      if (badge) {
        const n2 = column.tickets.length;
        badge.textContent = n2 === column.total ? String(n2) : `${n2} of ${column.total}`;
      }
      list?.show(column.tickets);
    }
    mark();
    const n = all.reduce((sum, it) => sum + it.tickets.length, 0);
    count.textContent = found ? `${n} ${n === 1 ? "ticket" : "tickets"}${found.complete ? "" : " so far"}` : "";
    if (found && found.tickets.length === 0 && found.complete) {
      tell('This project has no tickets yet. Make one with "New ticket".');
    } else if (trouble.textContent?.startsWith("This project has no tickets")) {
      tell(void 0);
    }
  }
  function makeList(status) {
    return new CardList(`Tickets in ${status}`, { focused: (row) => {
      current = row.path;
      mark();
    }, opened: open, grabbed: grab });
  }
  function drawColumn(column, at) {
    const { name, kind, known } = column.status;
    const id = `column-${at}`;
    const list = lists.get(name);
    const heading = make("h2", { id }, icon(shapes[kind]), make("span", { class: "name" }, name), make("span", { class: "number" }));
    const section = make("section", { class: `column ${kind}`, "aria-labelledby": id, "data-status": name, "data-known": known ? "yes" : "no" }, heading);
    if (list) {
      section.append(list.element);
    }
    section.addEventListener("dragover", (event) => {
      if (dragged !== void 0 && known) {
        event.preventDefault();
        section.classList.add("over");
      }
    });
    section.addEventListener("dragleave", () => section.classList.remove("over"));
    section.addEventListener("drop", (event) => {
      event.preventDefault();
      section.classList.remove("over");
      if (dragged !== void 0) {
        void move(dragged, name);
      }
      dragged = void 0;
    });
    return section;
  }
  function mark() {
    const holder = [...lists.values()].find((it) => current !== void 0 && it.indexOf(current) >= 0) ?? [...lists.values()].find((it) => it.count > 0);
    for (const list of lists.values()) {
      list.mark(list === holder ? current : void 0);
      if (list !== holder) {
        list.element.querySelectorAll('[tabindex="0"]').forEach((it) => it.setAttribute("tabindex", "-1"));
      }
    }
  }
  function grab(row, event) {
    dragged = row.path;
    event.dataTransfer?.setData("text/plain", row.id);
    if (event.dataTransfer) {
      event.dataTransfer.effectAllowed = "move";
    }
  }
  function open({ id: ticket, path }) {
    const root = shownProject()?.root;
    if (root === void 0) {
      return;
    }
    if (host.open) {
      host.open(ticket, root, path);
    } else {
      shownCard = { ticket, root, path };
      void showCard("focus");
    }
  }
  async function move(path, status) {
    const found = shownProject();
    const row = found?.tickets.find((it) => it.path === path);
    if (!found || !row || row.status === status) {
      redrawCard();
      return;
    }
    const { root } = found;
    const mine = { root, path, status };
    const settled = () => {
      pending = pending.filter((it) => it !== mine);
    };
    pending = [...pending.filter((it) => it.root !== root || it.path !== path), mine];
    current = path;
    draw();
    tell(void 0);
    say(`${row.id} is in ${status} now`);
    try {
      await moves(async () => {
        if (pending.includes(mine)) {
          await host.call("setStatus", { ticket: row.id, status, root });
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
  function queue() {
    let last = Promise.resolve();
    return (task) => {
      const mine = last.then(task);
      last = mine.catch(() => void 0);
      return mine;
    };
  }
  function fail(error) {
    tell(error instanceof Error ? error.message : String(error));
  }
  function refresh(settled = () => void 0) {
    return questions(() => ask(settled));
  }
  async function ask(settled) {
    const answer = await host.call("tickets", resultId === void 0 ? {} : { previousResultId: resultId });
    settled();
    if (answer.projects) {
      projects = answer.projects;
      resultId = answer.resultId;
      project.hidden = projects.length < 2;
      project.replaceChildren(...projects.map((it) => make("option", { value: it.root, selected: it.root === kept.root }, it.name)));
    }
    draw();
  }
  var asking = false;
  var askAgain = false;
  async function follow() {
    askAgain = true;
    if (asking) {
      return;
    }
    asking = true;
    try {
      while (askAgain) {
        askAgain = false;
        await refresh();
        await showCard("keep");
      }
    } catch (error) {
      fail(error);
    } finally {
      asking = false;
    }
  }
  async function showCard(focus) {
    const wanted = shownCard;
    if (!wanted) {
      return;
    }
    const { card } = await host.call("ticket", { ticket: wanted.ticket, root: wanted.root });
    if (shownCard !== wanted) {
      return;
    }
    if (!card) {
      closeCard();
      tell(`${wanted.ticket} is gone.`);
      return;
    }
    const same2 = shownProject()?.tickets.filter((it) => it.id === wanted.ticket) ?? [];
    if (card.ticket.path !== wanted.path && same2.some((it) => it.path === wanted.path)) {
      closeCard();
      tell(`${wanted.ticket} is the id of ${same2.length} files, and the card is that of ${card.ticket.path}. Give each its own: docket renumber ${wanted.ticket}.`);
      return;
    }
    if (focus === "focus" || JSON.stringify(card) !== JSON.stringify(drawnCard)) {
      drawSide(card);
    }
    if (focus === "focus") {
      side.querySelector(".close")?.focus();
    }
  }
  function drawSide(card) {
    const active = document.activeElement;
    const held = side.contains(active) ? active?.id : void 0;
    const top = drawnCard?.ticket.path === card.ticket.path ? side.scrollTop : 0;
    drawnCard = card;
    const statuses = (shownProject()?.statuses ?? []).filter((it) => it.known || it.name === card.ticket.status).map((it) => it.name);
    side.replaceChildren(drawCard(card, statuses, {
      tick: (criterion, done) => {
        const { root, ticket: { id: ticket } } = card;
        host.call("toggleCriterion", { ticket, criterion, done, root }).then(() => follow(), (error) => {
          redrawCard();
          fail(error);
        });
      },
      setStatus: (status) => void move(card.ticket.path, status),
      close: () => closeCard()
    }));
    side.hidden = false;
    side.scrollTop = top;
    if (held) {
      document.getElementById(held)?.focus();
    }
  }
  function redrawCard() {
    if (shownCard && drawnCard) {
      drawSide(drawnCard);
    }
  }
  function closeCard(focus = "back") {
    const path = shownCard?.path;
    shownCard = void 0;
    drawnCard = void 0;
    side.hidden = true;
    side.replaceChildren();
    if (path !== void 0 && focus === "back") {
      focusOn(path);
    }
  }
  function focusOn(path) {
    for (const list of lists.values()) {
      const at = list.indexOf(path);
      if (at >= 0) {
        list.focus(at);
        return;
      }
    }
  }
  function step(event) {
    const all = [...lists.values()];
    const from = all.findIndex((it) => current !== void 0 && it.indexOf(current) >= 0);
    const list = all[from];
    if (!list || current === void 0) {
      return false;
    }
    const at = list.indexOf(current);
    switch (event.key) {
      case "ArrowDown":
        list.focus(at + 1);
        return true;
      case "ArrowUp":
        list.focus(at - 1);
        return true;
      case "Home":
        list.focus(0);
        return true;
      case "End":
        list.focus(list.count - 1);
        return true;
      case "PageDown":
        list.focus(at + 10);
        return true;
      case "PageUp":
        list.focus(at - 10);
        return true;
      case "ArrowRight":
      case "ArrowLeft": {
        const way = event.key === "ArrowRight" ? 1 : -1;
        for (let next = from + way; next >= 0 && next < all.length; next += way) {
          if ((all[next]?.count ?? 0) > 0) {
            all[next]?.focus(at);
            return true;
          }
        }
        return true;
      }
      case "Enter":
      case " ": {
        const row = list.at(at);
        if (row) {
          open(row);
        }
        return true;
      }
      default:
        return false;
    }
  }
  async function shift(way) {
    const path = current;
    const all = shownColumns();
    const from = all.find((it) => it.tickets.some((row) => row.path === path));
    const status = from && neighbour(all, from.status.name, way);
    if (path === void 0 || status === void 0) {
      return;
    }
    const done = move(path, status);
    focusOn(path);
    await done;
  }
  document.addEventListener("keydown", (event) => {
    const onCard = event.target instanceof HTMLElement && event.target.classList.contains("card");
    if (event.key === "Escape" && shownCard) {
      closeCard();
    } else if (onCard && event.altKey && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      void shift(event.key === "ArrowRight" ? 1 : -1);
    } else if (onCard && !event.altKey && !event.ctrlKey && !event.metaKey && step(event)) {
      event.preventDefault();
    } else if (event.key === "/" && !(event.target instanceof HTMLInputElement)) {
      event.preventDefault();
      search.focus();
    } else if (event.target === search && (event.key === "ArrowDown" || event.key === "Enter")) {
      event.preventDefault();
      [...lists.values()].find((it) => it.count > 0)?.focus(0);
    }
  });
  document.addEventListener("dragend", () => {
    dragged = void 0;
    document.querySelectorAll(".over").forEach((it) => it.classList.remove("over"));
  });
  search.addEventListener("input", () => {
    keep({ filter: search.value });
    draw();
  });
  closedBox.addEventListener("change", () => {
    keep({ closed: closedBox.checked ? "shown" : "hidden" });
    draw();
  });
  project.addEventListener("change", () => {
    keep({ root: project.value });
    current = void 0;
    draw();
  });
  window.addEventListener("resize", () => {
    for (const list of lists.values()) list.draw();
  });
  create.addEventListener("click", () => {
    const root = shownProject()?.root;
    const status = shownProject()?.statuses[0]?.name;
    if (root === void 0 || status === void 0) {
      return;
    }
    if (host.create) {
      host.create(status, root);
    } else {
      askTitle(root, status);
    }
  });
  function askTitle(root, status) {
    const title = make("input", { id: "new-title", required: true, maxlength: 200, autocomplete: "off" });
    const dialog = make("dialog", { "aria-labelledby": "new-heading" }, make(
      "form",
      { method: "dialog" },
      make("h2", { id: "new-heading" }, "New ticket"),
      make("label", { for: "new-title" }, "What is to be done, in one line"),
      title,
      make("div", { class: "bar" }, make("button", { value: "make" }, "Make"), make("button", { value: "", formnovalidate: true }, "Cancel"))
    ));
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue === "make" && title.value.trim() !== "") {
        host.call("create", { title: title.value.trim(), root, status }).then(() => follow(), fail);
      }
      create.focus();
    });
    dialog.showModal();
  }
  host.onTrouble((message) => tell(message));
  host.onChanged(() => void follow());
  void follow();
})();
