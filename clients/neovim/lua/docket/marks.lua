--- Signs beside TODOs and colours on their keywords, where the server says that they are: in real comments, and nowhere else.

local config = require('docket.config')
local rows = require('docket.rows')

local M = {}

M.namespace = vim.api.nvim_create_namespace('docket-todos')

--- The highlight group of each keyword; other keywords have the last.
local groups = { TODO = 'DocketTodo', FIXME = 'DocketFixme', HACK = 'DocketHack', PERF = 'DocketPerf', NOTE = 'DocketNote' }
local other = 'DocketOther'
local links = {
  DocketTodo = 'DiagnosticInfo',
  DocketFixme = 'DiagnosticError',
  DocketHack = 'DiagnosticWarn',
  DocketPerf = 'DiagnosticHint',
  DocketNote = 'DiagnosticHint',
  DocketOther = 'Special',
}
local signs = { TODO = '○', FIXME = '△', HACK = '◇', PERF = '»', NOTE = '□' }

--- The group of a keyword.
---@param keyword string
---@return string
function M.group(keyword)
  return groups[keyword] or other
end

local function define()
  for group, link in pairs(links) do
    vim.api.nvim_set_hl(0, group, { link = link, default = true })
  end
end

---@param bufnr integer
---@param todos docket.Todo[]
local function draw(bufnr, todos)
  vim.api.nvim_buf_clear_namespace(bufnr, M.namespace, 0, -1)
  local texts = type(config.current.signs) == 'table' and config.current.signs or signs
  for _, todo in ipairs(todos) do
    local group = M.group(todo.keyword)
    -- the text may have been edited since, and a place that is gone is none to mark
    pcall(vim.api.nvim_buf_set_extmark, bufnr, M.namespace, todo.lnum - 1, todo.col - 1, {
      end_col = todo.end_col - 1,
      hl_group = config.current.keywords and group or nil,
      sign_text = config.current.signs and (texts[todo.keyword] or '·') or nil,
      sign_hl_group = config.current.signs and group or nil,
      priority = 120,
    })
  end
end

--- Ask for the TODOs of a buffer and mark them.
---@param bufnr integer
function M.refresh(bufnr)
  if not vim.api.nvim_buf_is_loaded(bufnr) or not (config.current.signs or config.current.keywords) then
    return
  end
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  rows.todos({ bufnr = bufnr }, function(todos)
    -- typed since: the next change draws it, and meanwhile the marks move with the text
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.api.nvim_buf_get_changedtick(bufnr) == tick then
      draw(bufnr, todos)
    end
  end)
end

--- A buffer that docket serves is in sight, or came into it.
local function refresh_visible()
  local seen = {}
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    local bufnr = vim.api.nvim_win_get_buf(window)
    if not seen[bufnr] and #require('docket.client').clients(bufnr) > 0 then
      seen[bufnr] = true
      M.refresh(bufnr)
    end
  end
end

local is_watching = false

--- The server attached to a buffer.
---@param bufnr integer
function M.attached(bufnr)
  if not is_watching then
    is_watching = true
    define()
    local group = vim.api.nvim_create_augroup('docket-marks', { clear = true })
    vim.api.nvim_create_autocmd('ColorScheme', { group = group, callback = define })
    vim.api.nvim_create_autocmd('User', { group = group, pattern = 'DocketChanged', callback = refresh_visible })
    vim.api.nvim_create_autocmd('BufWinEnter', { group = group, callback = vim.schedule_wrap(refresh_visible) })
  end
  M.refresh(bufnr)
end

return M
