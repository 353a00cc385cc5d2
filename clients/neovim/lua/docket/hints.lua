--- Has Neovim draw every answer to a request for inlay hints.
---
--- Up to 0.12 at least, Neovim marks a line as drawn for a version of the buffer and passes over it from then on. An answer that comes after a
--- redraw for the same version is kept and not shown: that of the second server in a buffer, and each that a refresh brings. So a server
--- beside docket would lose its hints to docket's, which come first, and a ticket's new status would not appear. The marks are taken off with
--- each answer here; where a later Neovim keeps no such marks, nothing is done.

local M = {}

local method = 'textDocument/inlayHint'
local is_mended = false

--- What Neovim keeps of each buffer, by its number; nil where it is not found.
---@return table<integer, { applied?: table<integer, integer> }>?
local function states()
  local answer = vim.lsp.inlay_hint.on_inlayhint
  if type(answer) ~= 'function' then
    return nil
  end
  local at = 1
  while true do
    local name, value = debug.getupvalue(answer, at)
    if not name then
      return nil
    elseif name == 'bufstates' and type(value) == 'table' then
      return value
    end
    at = at + 1
  end
end

--- Do so from now on, for all servers. Doing it again changes nothing.
function M.mend()
  local kept, original = states(), vim.lsp.handlers[method]
  if is_mended or not kept or not original then
    return
  end
  is_mended = true
  vim.lsp.handlers[method] = function(problem, hints, context, ...)
    -- 0.10 keeps what it has where the answer is null, and takes none for none
    local outcome = original(problem, hints or (not problem and {} or nil), context, ...)
    local state = rawget(kept, context.bufnr)
    if state and state.applied then
      state.applied = {}
    end
    return outcome
  end
end

return M
