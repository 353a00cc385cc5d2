--- The verbs of `:Docket` that the server answers: lists, the board, and changes of a ticket.

local lists = require('docket.lists')
local rows = require('docket.rows')

--- How long completing on the command line may wait, in milliseconds.
local patience = 500

--- The rows of this buffer's project, or of all, waited for.
---@return table[]
local function projects()
  local running = rows.client()
  if not running then
    return {}
  end
  local answer = require('docket.client').call(running, 'request_sync', require('docket.protocol').tickets, vim.empty_dict(), patience, 0)
  local found = answer and answer.result and answer.result.projects or {}
  local here = rows.root()
  local own = vim.tbl_filter(function(project)
    return project.root == here
  end, found)
  return #own > 0 and own or found
end

---@return string[]
local function ids()
  local found = {}
  for _, project in ipairs(projects()) do
    for _, ticket in ipairs(project.tickets) do
      table.insert(found, ticket.id)
    end
  end
  return found
end

---@return string[]
local function statuses()
  local found = {}
  for _, project in ipairs(projects()) do
    for _, status in ipairs(project.statuses) do
      if status.known and not vim.tbl_contains(found, status.name) then
        table.insert(found, status.name)
      end
    end
  end
  return found
end

---@return string[]
local function people()
  local found = {}
  for _, project in ipairs(projects()) do
    for _, ticket in ipairs(project.tickets) do
      for _, person in ipairs(ticket.assignees) do
        if not vim.tbl_contains(found, person) then
          table.insert(found, person)
        end
      end
    end
  end
  return found
end

--- An id first, then what the verb takes after it.
---@param after? fun(): string[]
---@return fun(before: string[]): string[]
local function id_then(after)
  return function(before)
    return #before == 0 and ids() or (#before == 1 and after and after() or {})
  end
end

local surfaces = { 'diagnostics', 'hints', 'lenses' }

local fields = { 'title=', 'status=', 'priority=', 'type=', 'labels=', 'assignees=', 'milestone=', 'parent=', 'depends-on=', 'due=', 'estimate=', 'github=' }

--- Hand on the id that was given, else the one of the ticket that is chosen.
---@param arguments string[]
---@param title string
---@param run fun(id: string, root?: string)
local function with_ticket(arguments, title, run)
  if arguments[1] then
    run(arguments[1], rows.root())
  else
    lists.ticket(title, 'open', function(ticket)
      run(ticket.id, ticket.project.root)
    end)
  end
end

--- The argument of a command that is about the project of this buffer.
---@return table
local function here()
  local uri = vim.api.nvim_buf_get_name(0) ~= '' and vim.uri_from_bufnr(0) or nil
  return uri and { uri = uri } or vim.empty_dict()
end

---@param words string[]
---@return docket.Whose
local function whose(words)
  for _, one in ipairs({ 'mine', 'new' }) do
    if vim.tbl_contains(words, one) then
      return one
    end
  end
  return 'all'
end

---@type table<string, docket.Verb>
return {
  assign = {
    about = 'a ticket to a user, or to yourself',
    run = function(arguments)
      with_ticket(arguments, 'Assign', function(id, root)
        rows.run('docket.assign', { ticket = id, root = root, user = arguments[2] })
      end)
    end,
    complete = id_then(people),
  },
  align = {
    about = 'what is out of line with what it was derived from; `valid` says that this file still holds, `dismiss` that nothing more is said of it',
    run = function(arguments)
      require('docket.planning').align(arguments[1])
    end,
    complete = function()
      return { 'valid', 'dismiss' }
    end,
  },
  plan = {
    about = 'requirements and tickets of the brief, the page in this buffer, a ticket, or `todos` in files and folders: shown first',
    run = function(arguments)
      require('docket.planning').plan(arguments)
    end,
    complete = function(before)
      return #before == 0 and vim.list_extend({ 'todos' }, ids()) or {}
    end,
  },
  expand = {
    about = 'a ticket into parts, shown first',
    run = function(arguments)
      with_ticket(arguments, 'Expand', function(id, root)
        require('docket.proposals').ask('docket.expand', { ticket = id, root = root })
      end)
    end,
    complete = id_then(),
  },
  estimate = {
    about = 'the size of a ticket, with reasons, shown first',
    run = function(arguments)
      with_ticket(arguments, 'Estimate', function(id, root)
        require('docket.proposals').ask('docket.estimate', { ticket = id, root = root })
      end)
    end,
    complete = id_then(),
  },
  tests = {
    about = 'for the acceptance criteria of a ticket, shown first',
    run = function(arguments)
      with_ticket(arguments, 'Tests for', function(id, root)
        require('docket.proposals').ask('docket.writeTests', { ticket = id, root = root })
      end)
    end,
    complete = id_then(),
  },
  docs = {
    about = 'pages of what this source file declares, or those below a folder; shown first',
    run = function(arguments)
      local path = arguments[1] and vim.uri_from_fname((vim.fn.fnamemodify(arguments[1], ':p'):gsub('/$', '')))
      require('docket.proposals').ask('docket.writeDocs', path and { uri = path } or here())
    end,
    complete = function(before, lead)
      return #before == 0 and vim.fn.getcompletion(lead, 'file') or {}
    end,
  },
  schema = {
    about = 'a migration to what the data model page says, tried on both databases, shown first',
    run = function()
      require('docket.proposals').ask('docket.schema', here())
    end,
  },
  discuss = {
    about = 'a ticket by roles in pairs; each pair proposes a page',
    run = function(arguments)
      with_ticket(arguments, 'Discuss', function(id, root)
        local roles = vim.list_slice(arguments, 2)
        require('docket.proposals').ask('docket.discuss', { topic = id, root = root, roles = #roles > 0 and roles or nil })
      end)
    end,
    complete = id_then(function()
      return { 'product-manager', 'backend', 'frontend', 'devops', 'qa', 'security' }
    end),
  },
  proposals = {
    about = 'what was proposed and waits: look at it, accept it, refuse it',
    run = function()
      require('docket.proposals').pick()
    end,
  },
  update = {
    about = 'a model brings this file, or a ticket or requirement, in line with what it was derived from: shown first',
    run = function(arguments)
      require('docket.proposals').update(arguments[1])
    end,
    complete = id_then(),
  },
  board = {
    about = 'the tickets by status, moved by keys; `text`: as a file whose lines are moved',
    run = function(arguments)
      if arguments[1] == 'text' then
        require('docket.board').open_text(here(), arguments[2] == 'all')
      else
        require('docket.board').open()
      end
    end,
    complete = function(before)
      return #before == 0 and { 'text' } or (#before == 1 and before[1] == 'text') and { 'all' } or {}
    end,
  },
  card = {
    about = 'a ticket in a window of its own; its criteria are ticked there',
    run = function(arguments)
      with_ticket(arguments, 'Card', function(id, root)
        require('docket.card').show(id, root)
      end)
    end,
    complete = id_then(),
  },
  adopt = {
    about = 'tickets for the TODOs that nothing tracks: first the plan as a page, then, called again, the tickets',
    run = function()
      rows.run('docket.adopt', here())
    end,
  },
  move = {
    about = 'a ticket to another status',
    run = function(arguments)
      with_ticket(arguments, 'Move', function(id, root)
        if arguments[2] then
          rows.run('docket.setStatus', { ticket = id, root = root, status = arguments[2] })
          return
        end
        local items = vim.tbl_map(function(name)
          return { text = name, value = name }
        end, statuses())
        require('docket.picker').pick('Status of ' .. id, items, function(item)
          rows.run('docket.setStatus', { ticket = id, root = root, status = item.value })
        end)
      end)
    end,
    complete = id_then(statuses),
  },
  pr = {
    about = 'push the branch of a ticket and open its pull request, or tell its checks',
    run = function(arguments)
      with_ticket(arguments, 'Pull request', function(id, root)
        rows.run('docket.pullRequest', { ticket = id, root = root }, function(answer)
          local pull = answer and answer['pull-request']
          if type(pull) ~= 'table' then
            return
          end
          local checks = type(pull.checks) == 'table' and (', %d of %d checks passed'):format(pull.checks.passed, pull.checks.total) or ''
          vim.notify(('docket: pull request #%d is %s%s'):format(pull.number, pull.state, checks))
        end)
      end)
    end,
    complete = id_then(),
  },
  link = {
    about = 'every new TODO of the branch to a ticket, or to the one that the branch is named after',
    run = function(arguments)
      rows.run('docket.linkNewTodos', vim.tbl_extend('error', here(), { ticket = arguments[1] }), function(answer)
        vim.notify(('docket: linked new TODOs in %d files'):format(#answer.changed))
      end)
    end,
    complete = id_then(),
  },
  show = {
    about = 'diagnostics, hints, lenses or a rule: on, off, line or mine; `new` or `all`; `more`: every finding of this file',
    run = function(arguments)
      local what, mode = arguments[1], arguments[2]
      if what == 'new' or what == 'all' then
        rows.run('docket.toggleNew', vim.tbl_extend('error', here(), { onlyNew = what == 'new', base = mode }), function(answer)
          local base = rows.some(answer.base)
          vim.notify(base and ('docket: only what is new against %s is shown'):format(base.revision) or 'docket: all findings are shown')
        end)
      elseif what == 'more' then
        rows.run('docket.showAllFindings', here(), function(answer)
          vim.notify(answer.all and 'docket: all findings of this file are shown' or 'docket: the findings that weigh most are shown')
        end)
      elseif not what then
        vim.notify('docket: as in `:Docket show new` or `:Docket show hints off`', vim.log.levels.ERROR)
      else
        local is_surface = vim.tbl_contains(surfaces, what)
        local argument = { surface = is_surface and what or nil, rule = not is_surface and what or nil, mode = mode }
        rows.run('docket.toggleSurface', vim.tbl_extend('error', here(), argument), function(answer)
          vim.notify(('docket: %s: %s'):format(rows.some(answer.rule) or answer.surface, answer.mode))
        end)
      end
    end,
    complete = function(before)
      if #before == 0 then
        return vim.list_extend({ 'all', 'more', 'new' }, surfaces)
      end
      return #before == 1 and not vim.tbl_contains({ 'all', 'more', 'new' }, before[1]) and { 'line', 'mine', 'off', 'on' } or {}
    end,
  },
  set = {
    about = 'fields of a ticket: :Docket set T-7k3f priority=high due=',
    run = function(arguments)
      local id, values = arguments[1], {}
      for at = 2, #arguments do
        local field, value = arguments[at]:match('^([%w-]+)=(.*)$')
        if field then
          values[field] = value
        end
      end
      if not id or not next(values) then
        vim.notify('docket: as in `:Docket set T-7k3f priority=high`', vim.log.levels.ERROR)
        return
      end
      rows.run('docket.set', { ticket = id, root = rows.root(), fields = values })
    end,
    complete = function(before)
      return #before == 0 and ids() or fields
    end,
  },
  start = {
    about = 'work on a ticket: its branch, active, and yours',
    run = function(arguments)
      with_ticket(arguments, 'Start', function(id, root)
        rows.run('docket.start', { ticket = id, root = root })
      end)
    end,
    complete = id_then(),
  },
  sync = {
    about = 'a round of synchronization with GitHub',
    run = function()
      rows.run('docket.sync', here(), function(answer)
        local function n(key)
          return #(rows.some(answer[key]) or {})
        end
        vim.notify(('docket: %d pulled, %d pushed, %d in conflict'):format(n('pulled'), n('pushed'), n('conflicts')))
      end)
    end,
  },
  tickets = {
    about = 'choose a ticket and open it; `all` has done and dropped ones too',
    run = function(arguments)
      lists.tickets(arguments[1] == 'all' and 'all' or 'open')
    end,
    complete = function()
      return { 'all' }
    end,
  },
  todos = {
    about = 'choose a TODO and go to it; `quickfix` fills the list, `mine` leaves out those of others, `new` those that are older than the branch',
    run = function(arguments)
      if vim.tbl_contains(arguments, 'quickfix') then
        lists.todos_to_quickfix(whose(arguments))
      else
        lists.todos(whose(arguments))
      end
    end,
    complete = function()
      return { 'mine', 'new', 'quickfix' }
    end,
  },
}
