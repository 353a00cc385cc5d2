--- docket's extensions of LSP, made of server/src/lsp/ext.rs by a test of the server: do not edit.

---@class docket.protocol.ChangedParams Something that a view shows may be different now: ask again for what is in sight.
---@field revision number Goes up with each change.

---@class docket.protocol.Criteria How far the acceptance criteria are.
---@field done number
---@field total number

---@class docket.protocol.Criterion One acceptance criterion; its number is its place in the list.
---@field done boolean
---@field line number Of the file, from 0.
---@field text string

---@class docket.protocol.CursorParams Where the cursor is: for what is shown in its line alone.
---@field line number From 0.
---@field uri string The document that the person looks at.

---@alias docket.protocol.Kind 'open'|'active'|'done'|'dropped'

---@class docket.protocol.Position A place as LSP has it; both count from 0.
---@field character number
---@field line number

---@class docket.protocol.ProjectTickets The tickets of one project.
---@field complete boolean Whether the whole project has been read; while not, more may come.
---@field me string|nil The user's own name, as assignees are written; null where nobody said.
---@field name string The folder's name.
---@field root string The project's folder: in LSP its URI, without a slash at the end.
---@field statuses docket.protocol.Status[] In the order of the configuration, which is that of a board's columns; then those that only tickets name.
---@field tickets docket.protocol.TicketRow[] By path.

---@class docket.protocol.ProjectTodos The TODOs of one project, or of one of its files.
---@field complete boolean Whether the whole project has been read; while not, more may come.
---@field keywords string[] The canonical keywords, in the order of the configuration.
---@field name string The folder's name.
---@field root string The project's folder: in LSP its URI, without a slash at the end.
---@field todos docket.protocol.TodoRow[] By path and place.

---@class docket.protocol.Range A range as LSP has it, in the position encoding of the session.
---@field end docket.protocol.Position
---@field start docket.protocol.Position

---@class docket.protocol.Status One status that a ticket can have.
---@field kind docket.protocol.Kind
---@field known boolean The configuration has it; a status that only tickets name cannot be set.
---@field name string

---@class docket.protocol.TicketAnswer The card of one ticket.
---@field card docket.protocol.TicketCard|nil Null where no ticket has the id.

---@class docket.protocol.TicketCard One ticket with all that a card or a preview shows.
---@field body string The Markdown after the front matter.
---@field bodyLine number The line of the file on which the body begins, from 0.
---@field criteria docket.protocol.Criterion[]
---@field root string The project's folder: in LSP its URI, without a slash at the end.
---@field ticket docket.protocol.TicketRow
---@field todos docket.protocol.TodoRow[] The TODOs that name it, by path and place.

---@class docket.protocol.TicketParams Asks for the card of one ticket.
---@field root? string|nil The folder of its project, as a URI; where it is left out, the first project that has the ticket.
---@field ticket string

---@class docket.protocol.TicketRow One ticket, defaults filled in.
---@field assignees string[] Without `@`.
---@field created string|nil A day, ISO 8601.
---@field criteria docket.protocol.Criteria
---@field dependsOn string[] Ids.
---@field due string|nil A day, ISO 8601.
---@field estimate number|nil In points.
---@field github number|nil The issue's number.
---@field id string
---@field kind docket.protocol.Kind
---@field labels string[]
---@field milestone string|nil
---@field overdue boolean Past its day, and neither done nor dropped.
---@field parent string|nil An id.
---@field path string Relative to the project's folder, with `/`.
---@field priority string|nil `critical`, `high`, `medium` or `low`.
---@field status string
---@field title string
---@field todos number How many TODOs name it.
---@field troubles number Findings of its file that are warnings or errors.
---@field type string|nil
---@field waitsFor string[] Those of them that are neither done nor dropped.

---@class docket.protocol.TicketsAnswer The tickets of every project, by the path of its folder.
---@field projects docket.protocol.ProjectTickets[]|nil Null where they are what `previousResultId` stands for.
---@field resultId string Equal answers have equal ones.

---@class docket.protocol.TicketsParams Asks for the tickets of every project.
---@field previousResultId? string|nil The `resultId` of the last answer.

---@class docket.protocol.TodoRow One TODO.
---@field conditions string[] `2026-12-31`, `>=2.0.0`, `serde>=2`, `T-7k3f`, `#12`.
---@field due string|nil A day, ISO 8601.
---@field fingerprint string Stable identity.
---@field keyword string The canonical keyword.
---@field keywordRange docket.protocol.Range The keyword alone, aliases included.
---@field kind docket.protocol.Kind|nil Of that ticket.
---@field mine boolean One of them is the user.
---@field new boolean|nil It was not there where this branch began; null where git was not asked, or cannot tell.
---@field path string Relative to the project's folder, with `/`.
---@field people string[] Users that it names; without any, its ticket's assignees.
---@field priority string|nil `high` or `critical`, by its `!`.
---@field range docket.protocol.Range From the keyword to the end of the body.
---@field references string[] `T-7k3f`, `#12`, `owner/repo#12`, `@ana`, `!label`, or another tracker's.
---@field rules string[] Names of the rules that report it.
---@field since string|nil The day on which its line was last written, ISO 8601; null where git was not asked, or has no commit of it.
---@field text string The first line's text.
---@field ticket string|nil The id of the ticket that it belongs to.
---@field title string|nil Of that ticket.
---@field trouble boolean One of those findings is a warning or an error.

---@class docket.protocol.TodosAnswer The TODOs that were asked for, by the path of their project's folder.
---@field projects docket.protocol.ProjectTodos[]|nil Null where they are what `previousResultId` stands for.
---@field resultId string Equal answers have equal ones.
---@field version number|nil The version of the document that was asked for, where it is open.

---@class docket.protocol.TodosParams Asks for the TODOs of every project, or of one file.
---@field history? boolean Git is asked for `since` and `new`, which takes its time. Without a `uri` only.
---@field previousResultId? string|nil The `resultId` of the last answer to the same question.
---@field uri? string|nil Only those of this file: of an open document as it is at this moment, without waiting for the index.

return {
  tickets = 'docket/tickets',
  ticket = 'docket/ticket',
  todos = 'docket/todos',
  changed = 'docket/changed',
  cursor = 'docket/cursor',
}
