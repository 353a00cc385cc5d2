--- The board in a buffer: a heading a status, a line a ticket, moved by keys, drawn anew when something changes.

local picker = require('docket.picker')
local rows = require('docket.rows')

local M = {}

M.name = 'docket://board'
local namespace = vim.api.nvim_create_namespace('docket-board')
local icons = { open = '○', active = '◐', done = '●', dropped = '×' }

---@class docket.Line what a line of the board is about
---@field status string
---@field ticket? docket.Ticket nil on a heading

---@class docket.Board
---@field lines docket.Line[]
---@field filter string
---@field closed boolean done and dropped ones are shown
---@field root? string the project that is shown
local state = { lines = {}, filter = '', closed = false }

local priorities = { critical = 1, high = 2, medium = 3, low = 4 }

--- Whether one ticket stands before another: by priority, due date, age, as `docket next` has it.
---@param one docket.Ticket
---@param other docket.Ticket
---@return boolean
local function before(one, other)
  local function key(ticket)
    return ('%d %s %s %s'):format(
      priorities[ticket.priority] or 3,
      rows.some(ticket.due) or '9999-12-31',
      rows.some(ticket.created) or '9999-12-31',
      ticket.id
    )
  end
  return key(one) < key(other)
end

--- Whether every word of the filter is in what the line shows. `@name` and `!label` are words as well.
---@param text string
---@return boolean
local function passes(text)
  local lower = text:lower()
  for word in state.filter:lower():gmatch('%S+') do
    if not lower:find(word, 1, true) then
      return false
    end
  end
  return true
end

--- What a ticket's line says.
---@param ticket docket.Ticket
---@return string
function M.line(ticket)
  local parts = { ticket.id, ticket.title }
  if rows.some(ticket.priority) then
    table.insert(parts, '‹' .. ticket.priority .. '›')
  end
  for _, person in ipairs(ticket.assignees) do
    table.insert(parts, '@' .. person)
  end
  for _, label in ipairs(ticket.labels) do
    table.insert(parts, '!' .. label)
  end
  if rows.some(ticket.due) then
    table.insert(parts, (ticket.overdue and 'overdue ' or 'due ') .. ticket.due)
  end
  if #ticket.waitsFor > 0 then
    table.insert(parts, 'waits for ' .. table.concat(ticket.waitsFor, ', '))
  end
  if ticket.criteria.total > 0 then
    table.insert(parts, ('%d/%d'):format(ticket.criteria.done, ticket.criteria.total))
  end
  if ticket.troubles > 0 then
    table.insert(parts, ticket.troubles == 1 and '1 finding' or ticket.troubles .. ' findings')
  end
  return (table.concat(parts, '  '):gsub('[\r\n]', ' '))
end

local function buffer()
  local bufnr = vim.fn.bufnr('^' .. M.name .. '$')
  return bufnr >= 0 and vim.api.nvim_buf_is_loaded(bufnr) and bufnr or nil
end

---@param kind string
---@return boolean
local function is_closed(kind)
  return kind == 'done' or kind == 'dropped'
end

--- Write the board into its buffer; the cursor stays on its ticket.
---@param bufnr integer
---@param tickets docket.Ticket[]
---@param projects table[]
local function draw(bufnr, tickets, projects)
  local project = vim.tbl_filter(function(it)
    return it.root == state.root
  end, projects)[1] or projects[1]
  local texts, lines, marks = {}, {}, {}
  if not project then
    texts = { 'docket has no project open.' }
  else
    state.root = project.root
    local windows = vim.fn.win_findbuf(bufnr)
    local held = windows[1] and state.lines[vim.api.nvim_win_get_cursor(windows[1])[1]]
    for _, status in ipairs(project.statuses) do
      local here = vim.tbl_filter(function(ticket)
        return ticket.project == project and ticket.status == status.name and passes(M.line(ticket))
      end, tickets)
      if state.closed or not is_closed(status.kind) then
        table.sort(here, before)
        table.insert(texts, ('%s %s  %d'):format(icons[status.kind], status.name, #here))
        table.insert(lines, { status = status.name })
        marks[#texts] = 'Title'
        for _, ticket in ipairs(here) do
          table.insert(texts, '    ' .. M.line(ticket))
          table.insert(lines, { status = status.name, ticket = ticket })
          marks[#texts] = ticket.overdue and 'DiagnosticWarn' or nil
        end
      end
    end
    local hidden = state.filter ~= '' and ('  filter: ' .. state.filter) or ''
    vim.b[bufnr].docket_board = project.name .. hidden
    state.lines = lines
    vim.schedule(function()
      for at, line in ipairs(lines) do
        if held and held.ticket and line.ticket and line.ticket.id == held.ticket.id then
          for _, window in ipairs(vim.fn.win_findbuf(bufnr)) do
            vim.api.nvim_win_set_cursor(window, { at, vim.api.nvim_win_get_cursor(window)[2] })
          end
        end
      end
    end)
  end
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, texts)
  vim.bo[bufnr].modifiable, vim.bo[bufnr].modified = false, false
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  for at, group in pairs(marks) do
    vim.api.nvim_buf_set_extmark(bufnr, namespace, at - 1, 0, { line_hl_group = group })
  end
end

--- Ask for the tickets and draw them, where the board is loaded.
function M.refresh()
  local bufnr = buffer()
  if bufnr then
    rows.tickets(function(tickets, projects)
      if vim.api.nvim_buf_is_loaded(bufnr) then
        draw(bufnr, tickets, projects)
      end
    end)
  end
end

--- What the cursor is on.
---@return docket.Line?
local function here()
  return state.lines[vim.api.nvim_win_get_cursor(0)[1]]
end

---@param ticket docket.Ticket
---@param status string
local function set_status(ticket, status)
  rows.run('docket.setStatus', { ticket = ticket.id, root = ticket.project.root, status = status }, M.refresh)
end

--- Move the ticket under the cursor to the next status, or the one before.
---@param step 1|-1
local function move(step)
  local line = here()
  if not line or not line.ticket then
    return
  end
  local known = vim.tbl_filter(function(status)
    return status.known
  end, line.ticket.project.statuses)
  for at, status in ipairs(known) do
    if status.name == line.status and known[at + step] then
      set_status(line.ticket, known[at + step].name)
    end
  end
end

--- Ask for the ticket's status.
local function choose_status()
  local line = here()
  if line and line.ticket then
    local items = {}
    for _, status in ipairs(line.ticket.project.statuses) do
      if status.known and status.name ~= line.status then
        table.insert(items, { text = status.name, value = status.name })
      end
    end
    picker.pick(('Status of %s'):format(line.ticket.id), items, function(item)
      set_status(line.ticket, item.value)
    end)
  end
end

--- Go to the next heading, or the one before.
---@param step 1|-1
local function heading(step)
  local at = vim.api.nvim_win_get_cursor(0)[1] + step
  while state.lines[at] and state.lines[at].ticket do
    at = at + step
  end
  if state.lines[at] then
    vim.api.nvim_win_set_cursor(0, { at, 0 })
  end
end

local function open()
  local line = here()
  if line and line.ticket then
    rows.visit(line.ticket.file)
  end
end

--- Choose the project that is shown.
local function choose_project()
  rows.tickets(function(_, projects)
    local items = vim.tbl_map(function(project)
      return { text = ('%s  %s'):format(project.name, vim.uri_to_fname(project.root)), value = project.root }
    end, projects)
    picker.pick('Project', items, function(item)
      state.root = item.value
      M.refresh()
    end)
  end)
end

local help = {
  '<CR>    open the ticket',
  'K       its card',
  '>  <    to the next status, the one before',
  's       choose a status',
  'a       take it yourself',
  'o       a new ticket with this status',
  ']]  [[  to the next heading, the one before',
  'f       filter: words, @user, !label',
  'c       show or hide done and dropped ones',
  'p       another project of this session',
  'R       draw again',
  'q       close',
}

---@param bufnr integer
local function map(bufnr)
  local function key(lhs, desc, run)
    vim.keymap.set('n', lhs, run, { buffer = bufnr, nowait = true, desc = 'docket: ' .. desc })
  end
  key('<CR>', 'open the ticket', open)
  key('K', 'card of the ticket', function()
    local line = here()
    if line and line.ticket then
      require('docket.card').show(line.ticket.id, line.ticket.project.root)
    end
  end)
  key('>', 'to the next status', function()
    move(1)
  end)
  key('<', 'to the status before', function()
    move(-1)
  end)
  key('s', 'choose a status', choose_status)
  key('a', 'take the ticket', function()
    local line = here()
    if line and line.ticket then
      rows.run('docket.assign', { ticket = line.ticket.id, root = line.ticket.project.root }, M.refresh)
    end
  end)
  key('o', 'new ticket', function()
    local line = here()
    vim.ui.input({ prompt = 'Title of the ticket: ' }, function(title)
      if title and vim.trim(title) ~= '' and line then
        rows.run('docket.createTicket', { title = vim.trim(title), uri = state.root, fields = { status = line.status } }, M.refresh)
      end
    end)
  end)
  key(']]', 'next heading', function()
    heading(1)
  end)
  key('[[', 'heading before', function()
    heading(-1)
  end)
  key('f', 'filter', function()
    vim.ui.input({ prompt = 'Filter: ', default = state.filter }, function(text)
      if text then
        state.filter = vim.trim(text)
        M.refresh()
      end
    end)
  end)
  key('c', 'show or hide done ones', function()
    state.closed = not state.closed
    M.refresh()
  end)
  key('p', 'choose a project', choose_project)
  key('R', 'draw again', M.refresh)
  key('?', 'keys of the board', function()
    vim.lsp.util.open_floating_preview(help, 'text', { border = 'rounded', focus_id = 'docket-keys' })
  end)
  key('q', 'close', function()
    if #vim.api.nvim_list_wins() > 1 then
      vim.cmd.close()
    else
      vim.cmd.bprevious({ mods = { emsg_silent = true } })
    end
  end)
end

--- Show the board of this buffer's project, in the current window.
function M.open()
  if not rows.client() then
    rows.no_server()
    return
  end
  state.root = rows.root() or state.root
  local bufnr = buffer()
  if not bufnr then
    bufnr = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(bufnr, M.name)
    vim.bo[bufnr].buftype, vim.bo[bufnr].bufhidden, vim.bo[bufnr].swapfile = 'nofile', 'hide', false
    vim.bo[bufnr].filetype = 'docketboard'
    map(bufnr)
    local group = vim.api.nvim_create_augroup('docket-board', { clear = true })
    vim.api.nvim_create_autocmd('User', {
      group = group,
      pattern = 'DocketChanged',
      callback = function()
        if #vim.fn.win_findbuf(bufnr) > 0 then
          M.refresh()
        end
      end,
    })
    vim.api.nvim_create_autocmd('BufWinEnter', { group = group, buffer = bufnr, callback = M.refresh })
  end
  vim.api.nvim_win_set_buf(0, bufnr)
  vim.wo.wrap, vim.wo.cursorline, vim.wo.number, vim.wo.relativenumber = false, true, false, false
  M.refresh()
end

--- Show the board as a file. A line that is moved below another heading gives its ticket that status when the file is written.
---@param argument table
---@param closed boolean whether done and dropped tickets are on it
function M.open_text(argument, closed)
  local running = rows.client()
  rows.run('docket.board', vim.tbl_extend('force', argument, { file = true, closed = closed }), function(answer)
    rows.visit(vim.uri_to_fname(answer.uri))
    local bufnr = vim.api.nvim_get_current_buf()
    -- what docket writes into it is shown without a question
    vim.bo[bufnr].autoread = true
    vim.lsp.buf_attach_client(bufnr, running.id)
    vim.api.nvim_create_autocmd('User', {
      group = vim.api.nvim_create_augroup('docket-board-text', { clear = false }),
      pattern = 'DocketChanged',
      callback = function()
        if not vim.api.nvim_buf_is_loaded(bufnr) then
          return true
        end
        vim.cmd.checktime({ args = { bufnr } })
      end,
    })
  end)
end

return M
