--- A ticket's card in a floating window; its criteria are ticked there.

local protocol = require('docket.protocol')
local rows = require('docket.rows')

local M = {}

---@param card docket.protocol.TicketCard
---@return string[] lines
---@return table<integer, integer> criteria number of a criterion, from 0, by its line from 1
local function draw(card)
  local ticket = card.ticket
  local lines = { ('# %s %s'):format(ticket.id, ticket.title), '', ticket.status }
  local function add(text)
    lines[3] = lines[3] .. ' · ' .. text
  end
  if rows.some(ticket.priority) then
    add(ticket.priority)
  end
  if #ticket.assignees > 0 then
    add('@' .. table.concat(ticket.assignees, ' @'))
  end
  if rows.some(ticket.due) then
    add((ticket.overdue and 'overdue ' or 'due ') .. ticket.due)
  end
  local criteria = {}
  if #card.criteria > 0 then
    vim.list_extend(lines, { '', '## Acceptance criteria', '' })
    for number, criterion in ipairs(card.criteria) do
      table.insert(lines, ('- [%s] %s'):format(criterion.done and 'x' or ' ', criterion.text))
      criteria[#lines] = number - 1
    end
  end
  if #card.todos > 0 then
    vim.list_extend(lines, { '', '## TODOs', '' })
    for _, todo in ipairs(card.todos) do
      table.insert(lines, ('- %s:%d %s'):format(todo.path, todo.range.start.line + 1, todo.text))
    end
  end
  return vim.split(table.concat(lines, '\n'), '\n'), criteria
end

--- Show the card of a ticket. Called again, it goes into its window, where `<Space>` ticks a criterion and `q` closes it.
---@param id string
---@param root? string
function M.show(id, root)
  local asked = rows.ask(protocol.ticket, { ticket = id, root = root }, function(answer)
    local card = rows.some(answer.card)
    if not card then
      vim.notify(('docket: no ticket has the id %s'):format(id), vim.log.levels.WARN)
      return
    end
    local lines, criteria = draw(card)
    local bufnr, window = vim.lsp.util.open_floating_preview(lines, 'markdown', { border = 'rounded', focus_id = 'docket-card' })
    vim.keymap.set('n', '<Space>', function()
      local line = vim.api.nvim_win_get_cursor(0)[1]
      local number = criteria[line]
      if number then
        local done = not card.criteria[number + 1].done
        rows.run('docket.toggleCriterion', { ticket = card.ticket.id, root = card.root, criterion = number, done = done }, function()
          card.criteria[number + 1].done = done
          if vim.api.nvim_buf_is_valid(bufnr) then
            vim.bo[bufnr].modifiable = true
            local text = vim.api.nvim_buf_get_lines(bufnr, line - 1, line, true)[1]
            vim.api.nvim_buf_set_lines(bufnr, line - 1, line, true, { (text:gsub('%[.%]', done and '[x]' or '[ ]', 1)) })
            vim.bo[bufnr].modifiable = false
          end
        end)
      end
    end, { buffer = bufnr, desc = 'docket: tick the criterion' })
    return window
  end)
  if not asked then
    rows.no_server()
  end
end

return M
