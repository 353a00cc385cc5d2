--- What roles said to each other, in a buffer. What is written into it is said when it is written, and
--- they go on from there. Until it is answered the buffer counts as modified.

local client = require('docket.client')
local rows = require('docket.rows')

local M = {}

local scheme = 'docket://discussion/'

---@class docket.Discussion
---@field row table its proposal
---@field root? string
---@field asked? vim.lsp.Client the server that has not answered yet

---@type table<integer, docket.Discussion> by buffer
local known = {}

---@param bufnr integer
local function draw(bufnr)
  -- what was written is in it by now: it is no change that can be taken back
  local levels = vim.bo[bufnr].undolevels
  vim.bo[bufnr].undolevels = -1
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(known[bufnr].row.discussion, '\n'))
  vim.bo[bufnr].undolevels = levels
  vim.bo[bufnr].modified = false
end

---@param bufnr integer
local function send(bufnr)
  local it = known[bufnr]
  if it.asked and not client.call(it.asked, 'is_stopped') then
    vim.notify('docket: they are answering; what you write now is sent when you write the buffer after that', vim.log.levels.WARN)
    return
  end
  it.asked = rows.client()
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  rows.run('docket.discuss', {
    topic = it.row.id,
    root = it.root,
    discussion = table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n'),
    -- one who writes into it goes on reading there
    dryRun = true,
  }, function(answer)
    it.asked = nil
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.api.nvim_buf_get_changedtick(bufnr) == tick then
      it.row = answer.proposal
      draw(bufnr)
      vim.notify(require('docket.proposals').line(answer.proposal))
      return
    end
    -- what was written meanwhile stays where it is, and whoever types is not taken elsewhere
    local name = vim.api.nvim_buf_get_name(M.buffer(answer.proposal, it.root))
    vim.notify(('docket: you went on; the answers are in %s'):format(name), vim.log.levels.WARN)
  end, function()
    it.asked = nil
  end)
end

--- The buffer of a discussion, drawn.
---@param row table the proposal of the discussion
---@param root? string
---@return integer
function M.buffer(row, root)
  local name = scheme .. row.id
  local bufnr = vim.fn.bufnr('^' .. name .. '$')
  if bufnr >= 0 and known[bufnr] and vim.api.nvim_buf_is_loaded(bufnr) then
    return bufnr
  end
  -- one that was unloaded has lost what it was
  if bufnr >= 0 then
    vim.api.nvim_buf_delete(bufnr, { force = true })
  end
  bufnr = vim.api.nvim_create_buf(true, false)
  known[bufnr] = { row = row, root = root }
  vim.api.nvim_buf_set_name(bufnr, name)
  vim.bo[bufnr].buftype = 'acwrite'
  vim.bo[bufnr].bufhidden = 'hide'
  vim.bo[bufnr].swapfile = false
  vim.bo[bufnr].filetype = 'markdown'
  vim.api.nvim_create_autocmd('BufWriteCmd', {
    buffer = bufnr,
    callback = function(event)
      if event.match:sub(-#name) == name then
        send(bufnr)
        return
      end
      -- a copy, as `:write FILE` makes one
      vim.fn.writefile(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), event.file)
    end,
  })
  vim.api.nvim_create_autocmd('BufReadCmd', {
    buffer = bufnr,
    callback = function()
      draw(bufnr)
    end,
  })
  draw(bufnr)
  return bufnr
end

--- Show what was said, with a place for what you have to say.
---@param row table the proposal of the discussion
---@param root? string
function M.open(row, root)
  local bufnr = M.buffer(row, root)
  vim.api.nvim_set_current_buf(bufnr)
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(bufnr), 0 })
end

return M
