--- Tells the server in which line the cursor rests, for what is shown in that line alone.

local client = require('docket.client')
local protocol = require('docket.protocol')

local M = {}

--- Shorter than a person waits, longer than a key repeats; in milliseconds.
local rest = 100

local told, timer

local function tell()
  local bufnr = vim.api.nvim_get_current_buf()
  local running = client.clients(bufnr)[1]
  if not running or client.call(running, 'is_stopped') then
    return
  end
  local params = { uri = vim.uri_from_bufnr(bufnr), line = vim.api.nvim_win_get_cursor(0)[1] - 1 }
  local now = ('%d %d %s'):format(running.id, params.line, params.uri)
  if now ~= told then
    told = now
    client.call(running, 'notify', protocol.cursor, params)
  end
end

--- Follow the cursor in a buffer that docket serves.
---@param bufnr integer
function M.attached(bufnr)
  local group = vim.api.nvim_create_augroup('docket-cursor', { clear = false })
  vim.api.nvim_clear_autocmds({ group = group, buffer = bufnr })
  timer = timer or vim.uv.new_timer()
  local function soon()
    timer:start(rest, 0, vim.schedule_wrap(tell))
  end
  vim.api.nvim_create_autocmd({ 'CursorMoved', 'CursorMovedI', 'BufEnter' }, { group = group, buffer = bufnr, callback = soon })
  soon()
end

return M
