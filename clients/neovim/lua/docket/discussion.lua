--- What roles said to each other, in a buffer. What is written into it is said when it is written, and
--- they go on from there. Until it is answered the buffer counts as modified.

local rows = require('docket.rows')

local M = {}

local scheme = 'docket://discussion/'

---@param bufnr integer
---@param row table the proposal of the discussion
local function draw(bufnr, row)
  -- what was written is in it by now: it is no change that can be taken back
  local levels = vim.bo[bufnr].undolevels
  vim.bo[bufnr].undolevels = -1
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(row.discussion, '\n'))
  vim.bo[bufnr].undolevels = levels
  vim.bo[bufnr].modified = false
  vim.b[bufnr].docket_discussion = row.id
end

---@param bufnr integer
---@param root? string
local function send(bufnr, root)
  if vim.b[bufnr].docket_sending then
    vim.notify('docket: they are answering; what you write now is sent when you write the buffer after that', vim.log.levels.WARN)
    return
  end
  vim.b[bufnr].docket_sending = true
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  local text = table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n')
  local function ended()
    if vim.api.nvim_buf_is_valid(bufnr) then
      vim.b[bufnr].docket_sending = false
    end
  end
  rows.run('docket.discuss', {
    topic = vim.b[bufnr].docket_discussion,
    root = root,
    discussion = text,
    -- one who writes into it goes on reading there
    dryRun = true,
  }, function(answer)
    ended()
    if not vim.api.nvim_buf_is_loaded(bufnr) then
      return
    end
    if vim.api.nvim_buf_get_changedtick(bufnr) == tick then
      draw(bufnr, answer.proposal)
      vim.notify(require('docket.proposals').line(answer.proposal))
      return
    end
    -- what was written meanwhile stays where it is, and the answers open beside it
    M.open(answer.proposal, root)
    vim.notify('docket: you wrote on: that is still in the buffer before this one', vim.log.levels.WARN)
  end, ended)
end

--- Show what was said, with a place for what you have to say.
---@param row table the proposal of the discussion
---@param root? string
function M.open(row, root)
  local name = scheme .. row.id
  local bufnr = vim.fn.bufnr('^' .. vim.fn.escape(name, '[]*?') .. '$')
  if bufnr < 0 then
    bufnr = vim.api.nvim_create_buf(true, false)
    vim.api.nvim_buf_set_name(bufnr, name)
    vim.bo[bufnr].buftype = 'acwrite'
    vim.bo[bufnr].bufhidden = 'hide'
    vim.bo[bufnr].swapfile = false
    vim.bo[bufnr].filetype = 'markdown'
    vim.api.nvim_create_autocmd('BufWriteCmd', {
      buffer = bufnr,
      callback = function()
        send(bufnr, root)
      end,
    })
    draw(bufnr, row)
  end
  vim.api.nvim_set_current_buf(bufnr)
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(bufnr), 0 })
end

return M
