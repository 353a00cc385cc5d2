--- `:Docket proposals` and the verbs that propose: what a model or a rule makes, looked at before it is made.

local rows = require('docket.rows')

local M = {}

--- What became of a proposal, in a line.
---@param row table
---@return string
function M.line(row)
  if row.state == 'waiting' then
    return ('docket: %s waits: %s; :Docket proposals'):format(row.id, row.title)
  end
  return ('docket: %s: %s'):format(row.title, row.state)
end

--- Have something proposed; the server shows it, and asks what becomes of it.
---@param command string
---@param argument table
function M.ask(command, argument)
  rows.run(command, argument, function(answer)
    if answer.join then
      require('docket.discussion').open(answer.proposal, answer.root)
      return
    end
    vim.notify(M.line(answer.proposal))
  end)
end

--- Bring a ticket or requirement in line, or what the file of this buffer is.
---@param of? string
function M.update(of)
  local root = rows.root()
  local folder = root and vim.uri_to_fname(root) or vim.fn.getcwd()
  local path = vim.api.nvim_buf_get_name(0):sub(#folder + 2)
  M.ask('docket.update', { of = of or path, uri = root })
end

--- Choose among those that wait, and what becomes of one.
function M.pick()
  local root = rows.root()
  local argument = root and { uri = root } or vim.empty_dict()
  rows.run('docket.proposals', argument, function(answer)
    if #answer.proposals == 0 then
      vim.notify('docket: no proposal waits')
      return
    end
    local items = vim.tbl_map(function(row)
      return { text = ('%s  %s'):format(row.id, row.title), value = row }
    end, answer.proposals)
    require('docket.picker').pick('What is proposed', items, function(item)
      M.decide(item.value, root)
    end)
  end)
end

---@param row table
---@param root? string
function M.decide(row, root)
  local choices = {
    { text = 'Look at it', value = 'docket.proposals' },
    { text = 'Accept it', value = 'docket.accept' },
    { text = 'Refuse it', value = 'docket.refuse' },
  }
  if rows.some(row.discussion) then
    table.insert(choices, { text = 'Join the discussion', value = 'join' })
  end
  require('docket.picker').pick(row.title, choices, function(item)
    if item.value == 'join' then
      require('docket.discussion').open(row, root)
      return
    end
    rows.run(item.value, { proposal = row.id, uri = root }, function(answer)
      if answer.proposal then
        vim.notify(M.line(answer.proposal))
      end
    end)
  end)
end

return M
