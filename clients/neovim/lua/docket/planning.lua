--- `:Docket plan` and `:Docket align`: from a brief to tickets, and what is out of line with it.

local rows = require('docket.rows')

local M = {}

--- The argument that names this buffer's project, or none.
---@return table
local function here()
  local uri = vim.api.nvim_buf_get_name(0) ~= '' and vim.uri_from_bufnr(0) or nil
  return uri and { uri = uri } or vim.empty_dict()
end

---@param n integer
---@param what string
---@return string
local function count(n, what)
  return ('%d %s%s'):format(n, what, n == 1 and '' or 's')
end

--- The lines that say what a plan would make.
---@param plan table
---@return string[]
function M.lines(plan)
  local lines = {}
  for _, it in ipairs(plan.requirements) do
    table.insert(lines, ('%s %s'):format(it.id, it.title))
    for _, criterion in ipairs(it.criteria) do
      table.insert(lines, '    [ ] ' .. criterion)
    end
  end
  for _, it in ipairs(plan.tickets) do
    local after = #it['depends-on'] > 0 and (' after ' .. table.concat(it['depends-on'], ', ')) or ''
    table.insert(lines, ('ticket for %s: %s%s'):format(it.requirement, it.title, after))
  end
  for _, it in ipairs(plan.changed) do
    table.insert(lines, ('changed, see :Docket align: %s was made from other words than "%s"'):format(it.requirement, it.text))
  end
  for _, it in ipairs(plan.questions) do
    table.insert(lines, ('open, line %d: %s'):format(it.line, it.text))
  end
  return lines
end

--- Show what the brief, the page of this buffer, a ticket (by its id or its issue) or TODOs come to,
--- and make it after a yes.
---@param what? string[] a ticket, or `todos` and files and folders from the project's root
function M.plan(what)
  local argument = here()
  if what and what[1] == 'todos' then
    -- The empty name is the whole project.
    argument.todos = #what > 1 and vim.list_slice(what, 2) or { '' }
  elseif what and what[1] then
    argument.ticket = what[1]
  end
  rows.run('docket.plan', argument, function(answer)
    local plan = answer.plan
    if answer.proposal then
      vim.notify(require('docket.proposals').line(answer.proposal))
      return
    end
    vim.notify('docket: ' .. table.concat(M.lines(plan), '\n'))
    if #plan.requirements + #plan.tickets + #plan.pages + #plan.linked == 0 then
      vim.notify('docket: nothing new in ' .. plan.page)
      return
    end
    local yes = ('Make %s and %s'):format(count(#plan.requirements, 'requirement'), count(#plan.tickets, 'ticket'))
    local items = { { text = yes, value = true }, { text = 'Leave it', value = false } }
    require('docket.picker').pick('docket plan: ' .. plan.page, items, function(item)
      if item.value then
        rows.run('docket.plan', vim.tbl_extend('force', argument, { yes = true }), function(done)
          vim.notify(('docket: made %s'):format(table.concat(vim.list_extend(done.plan.pages, done.plan.linked), ', ')))
        end)
      end
    end)
  end)
end

--- What is out of line, into the quickfix list; `valid` says that this buffer's file still holds,
--- `dismiss` that nothing more is to be said of it until its sources change again.
---@param what? string
function M.align(what)
  local argument = here()
  if what == 'valid' then
    argument = vim.tbl_extend('force', argument, { stillValid = true })
  elseif what == 'dismiss' then
    argument = vim.tbl_extend('force', argument, { dismiss = true })
  else
    local root = rows.root()
    argument = root and { uri = root } or vim.empty_dict()
  end
  rows.run('docket.align', argument, function(answer)
    if what == 'valid' then
      vim.notify('docket: ' .. count(#answer.changed, 'file') .. ' brought in line')
      return
    elseif what == 'dismiss' then
      vim.notify('docket: ' .. count(#answer.outdated, 'record') .. ' dismissed')
      return
    end
    local root = rows.root()
    local folder = root and vim.uri_to_fname(root) or vim.fn.getcwd()
    local items = vim.tbl_map(function(it)
      local because = it.why == 'gone' and (it.source .. ' is gone') or (it.because .. ' has changed')
      -- of several projects each row says which it is of
      local of = rows.some(it.root) and vim.uri_to_fname(it.root) or folder
      return { filename = of .. '/' .. it.path, lnum = it.line, col = it.column, type = 'I', text = ('%s: %s'):format(rows.some(it.of) or it.path, because) }
    end, answer.outdated)
    vim.fn.setqflist({}, ' ', { title = 'docket align', items = items })
    if #items == 0 then
      vim.notify('docket: everything is in line')
    else
      vim.cmd('botright copen')
    end
  end)
end

return M
