--- What a user may set, with its defaults. Whatever decides findings is in the project's `.docs/docket.toml`, not here.

local M = {}

---@class docket.Config
---@field cmd string[] the server's command line
---@field inlay_hints boolean show hints in buffers that docket serves; Neovim switches hints per buffer, for all servers in it
---@field signs boolean|table<string, string> a sign beside each TODO; a table gives the text for each keyword
---@field keywords boolean colour the keywords of TODOs
---@field keys boolean map `]t` and `[t` in buffers that docket serves
---@field picker 'auto'|'select'|'telescope'|'fzf-lua'|'snacks' what lists are shown with
---@field capabilities? lsp.ClientCapabilities more than Neovim's own, as a completion plugin gives
---@field settings table sent to the server as its settings
---@field init_options table sent to the server when it starts
---@field on_attach? fun(client: vim.lsp.Client, bufnr: integer)
M.defaults = {
  cmd = { 'docket', 'lsp' },
  inlay_hints = true,
  signs = true,
  keywords = true,
  keys = true,
  picker = 'auto',
  capabilities = nil,
  settings = {},
  init_options = {},
  on_attach = nil,
}

---@type docket.Config
M.current = vim.deepcopy(M.defaults)

--- Whether `setup()` was called.
M.is_set_up = false

local kinds = {
  cmd = 'table',
  inlay_hints = 'boolean',
  signs = { 'boolean', 'table' },
  keywords = 'boolean',
  keys = 'boolean',
  picker = 'string',
  capabilities = 'table',
  settings = 'table',
  init_options = 'table',
  on_attach = 'function',
}

M.pickers = { 'auto', 'select', 'telescope', 'fzf-lua', 'snacks' }

---@param key string
---@param value any
---@return boolean
local function fits(key, value)
  local wanted = kinds[key]
  return vim.tbl_contains(type(wanted) == 'table' and wanted or { wanted }, type(value))
end

--- What is wrong with the options, one sentence each; empty where nothing is.
---@param options table
---@return string[]
function M.problems(options)
  local problems = {}
  for key, value in pairs(options) do
    local kind = kinds[key]
    if not kind then
      local known = vim.tbl_keys(kinds)
      table.sort(known)
      table.insert(problems, ('unknown option `%s`; known are %s'):format(key, table.concat(known, ', ')))
    elseif not fits(key, value) then
      local wanted = type(kind) == 'table' and table.concat(kind, ' or a ') or kind
      table.insert(problems, ('option `%s` must be a %s, not a %s'):format(key, wanted, type(value)))
    end
  end
  if type(options.picker) == 'string' and not vim.tbl_contains(M.pickers, options.picker) then
    table.insert(problems, ('option `picker` is one of %s'):format(table.concat(M.pickers, ', ')))
  end
  if type(options.cmd) == 'table' and type(options.cmd[1]) ~= 'string' then
    table.insert(problems, "option `cmd` must name a program, such as { 'docket', 'lsp' }")
  end
  table.sort(problems)
  return problems
end

--- Take the user's options over the defaults. A bad option is reported and its default kept.
---@param options? table
function M.apply(options)
  options = vim.deepcopy(options or {})
  local problems = M.problems(options)
  if #problems > 0 then
    vim.notify('docket: ' .. table.concat(problems, '\n'), vim.log.levels.ERROR)
    for key, value in pairs(options) do
      local odd_picker = key == 'picker' and not vim.tbl_contains(M.pickers, value)
      if not fits(key, value) or odd_picker or (key == 'cmd' and type(value[1]) ~= 'string') then
        options[key] = nil
      end
    end
  end
  -- a command line is replaced as a whole, not merged item by item
  local cmd = options.cmd
  M.current = vim.tbl_deep_extend('force', M.defaults, options)
  M.current.cmd = cmd or vim.deepcopy(M.defaults.cmd)
  M.is_set_up = true
end

return M
