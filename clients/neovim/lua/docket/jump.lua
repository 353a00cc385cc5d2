--- From TODO to TODO in a buffer, round at its ends.

local rows = require('docket.rows')

local M = {}

--- The place `steps` TODOs on from a place; nil where there is none.
---@param todos docket.Todo[]
---@param lnum integer from 1
---@param col integer bytes, from 1
---@param steps integer negative goes back
---@return docket.Todo?
function M.target(todos, lnum, col, steps)
  if #todos == 0 or steps == 0 then
    return nil
  end
  local before, after = 0, 0
  for _, todo in ipairs(todos) do
    if todo.lnum < lnum or (todo.lnum == lnum and todo.col < col) then
      before = before + 1
    elseif todo.lnum > lnum or todo.col > col then
      after = after + 1
    end
  end
  local on = #todos - before - after
  local at = steps > 0 and before + on + steps or before + 1 + steps
  return todos[(at - 1) % #todos + 1]
end

--- Go `steps` TODOs on in the current buffer.
---@param steps integer
function M.go(steps)
  local bufnr, window = vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_win()
  local asked = rows.todos({ bufnr = bufnr }, function(todos)
    if vim.api.nvim_get_current_win() ~= window or vim.api.nvim_get_current_buf() ~= bufnr then
      return
    end
    local lnum, col = unpack(vim.api.nvim_win_get_cursor(window))
    local todo = M.target(todos, lnum, col + 1, steps)
    if todo then
      vim.cmd("normal! m'")
      vim.api.nvim_win_set_cursor(window, { todo.lnum, todo.col - 1 })
      vim.cmd('normal! zv')
    else
      vim.notify('docket: no TODO in this buffer')
    end
  end)
  if not asked then
    rows.no_server()
  end
end

return M
