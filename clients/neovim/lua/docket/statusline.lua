--- A few words for a statusline: how many TODOs this buffer has, and what in the project needs a look. Never asks while a line is drawn.

local client = require('docket.client')
local protocol = require('docket.protocol')
local rows = require('docket.rows')

local M = {}

---@class docket.Status
---@field todos integer of the buffer
---@field attention integer tickets with findings
---@field complete boolean
local known = { attention = 0, complete = false }
local is_watching = false

local function ask()
  if not rows.client() then
    return
  end
  rows.ask(protocol.tickets, {}, function(answer)
    known = { attention = 0, complete = true }
    for _, project in ipairs(answer.projects or {}) do
      known.complete = known.complete and project.complete
      for _, ticket in ipairs(project.tickets) do
        known.attention = known.attention + (ticket.troubles > 0 and 1 or 0)
      end
    end
    vim.cmd.redrawstatus()
  end)
end

local function watch()
  is_watching = true
  vim.api.nvim_create_autocmd('User', {
    group = vim.api.nvim_create_augroup('docket-statusline', { clear = true }),
    pattern = 'DocketChanged',
    callback = ask,
  })
  vim.schedule(ask)
end

--- The text for the current buffer: `docket 3 TODOs, 2 need a look`; empty where docket does not serve it.
---@return string
function M.get()
  local bufnr = vim.api.nvim_get_current_buf()
  if #client.clients(bufnr) == 0 then
    return ''
  end
  if not is_watching then
    watch()
  end
  local marks = vim.api.nvim_buf_get_extmarks(bufnr, require('docket.marks').namespace, 0, -1, {})
  local parts = {}
  if #marks > 0 then
    table.insert(parts, #marks == 1 and '1 TODO' or #marks .. ' TODOs')
  end
  if known.attention > 0 then
    table.insert(parts, known.attention == 1 and '1 needs a look' or known.attention .. ' need a look')
  end
  if not known.complete then
    table.insert(parts, 'reading')
  end
  return vim.trim('docket ' .. table.concat(parts, ', '))
end

return M
