--- Tickets and TODOs as lists: in a picker, in the quickfix list, in Trouble.

local picker = require('docket.picker')
local rows = require('docket.rows')

local M = {}

---@param ticket docket.Ticket
---@return boolean
local function is_open(ticket)
  return ticket.kind == 'open' or ticket.kind == 'active'
end

--- Choose among the tickets, those to be done first; `all` has done and dropped ones as well.
---@param title string
---@param which 'open'|'all'
---@param choose fun(ticket: docket.Ticket)
function M.ticket(title, which, choose)
  local here = rows.root()
  rows.tickets(function(tickets, projects)
    local items = {}
    for _, ticket in ipairs(tickets) do
      if which == 'all' or is_open(ticket) then
        -- several projects may have the same ids: those of this one come first and need no name
        local name = #projects > 1 and ticket.project.root ~= here and ('  ' .. ticket.project.name) or ''
        table.insert(items, {
          text = ('%s  %s  %s%s'):format(ticket.id, ticket.status, ticket.title, name),
          value = ticket,
          file = ticket.file,
          lnum = 1,
        })
      end
    end
    table.sort(items, function(one, other)
      local one_here, other_here = one.value.project.root == here, other.value.project.root == here
      if one_here ~= other_here then
        return one_here
      end
      return one.text < other.text
    end)
    picker.pick(title, items, function(item)
      choose(item.value)
    end)
  end)
end

--- Open one of the tickets.
---@param which 'open'|'all'
function M.tickets(which)
  M.ticket('Tickets', which, function(ticket)
    rows.visit(ticket.file)
  end)
end

---@param todo docket.Todo
---@return string
local function describe(todo)
  local ticket = rows.some(todo.ticket)
  local title = rows.some(todo.title)
  return ('%s: %s%s'):format(todo.keyword, todo.text, ticket and (' [' .. ticket .. (title and ' ' .. title or '') .. ']') or '')
end

---@alias docket.Whose 'all'|'mine'|'new' new: not there where the branch began

--- Those of the TODOs that are wanted.
---@param todos docket.Todo[]
---@param whose docket.Whose
---@return docket.Todo[]
local function of(todos, whose)
  return whose == 'all' and todos or vim.tbl_filter(function(todo)
    return todo[whose] == true
  end, todos)
end

--- Go to one of the TODOs.
---@param whose docket.Whose
function M.todos(whose)
  local asked = rows.todos({ history = whose == 'new' }, function(todos)
    local items = vim.tbl_map(function(todo)
      return { text = ('%s:%d  %s'):format(todo.path, todo.lnum, describe(todo)), value = todo, file = todo.file, lnum = todo.lnum, col = todo.col }
    end, of(todos, whose))
    picker.pick('TODOs', items, function(item)
      rows.visit(item.file, item.lnum, item.col)
    end)
  end)
  if not asked then
    rows.no_server()
  end
end

--- The TODOs as entries of a quickfix list; those with a finding are warnings.
---@param todos docket.Todo[]
---@return table[]
function M.quickfix(todos)
  return vim.tbl_map(function(todo)
    return { filename = todo.file, lnum = todo.lnum, col = todo.col, end_lnum = todo.lnum, end_col = todo.end_col, text = describe(todo), type = todo.trouble and 'W' or 'I' }
  end, todos)
end

--- Fill the quickfix list with the TODOs. Trouble shows that list as well: `:Trouble qflist`.
---@param whose docket.Whose
function M.todos_to_quickfix(whose)
  local asked = rows.todos({ history = whose == 'new' }, function(todos)
    local items = M.quickfix(of(todos, whose))
    vim.fn.setqflist({}, ' ', { title = 'docket todos', items = items })
    if #items == 0 then
      vim.notify('docket: no TODOs')
    else
      vim.cmd('botright copen')
    end
  end)
  if not asked then
    rows.no_server()
  end
end

return M
