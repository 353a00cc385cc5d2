--- docket for Neovim: tickets and TODOs of a project, through the language server `docket lsp`.

local M = {}

--- Start docket in every project from now on. `:help docket-setup` explains the options.
---@param options? docket.Config
function M.setup(options)
  if vim.fn.has('nvim-0.10') == 0 then
    vim.notify('docket needs Neovim 0.10 or newer', vim.log.levels.ERROR)
    return
  end
  local config = require('docket.config')
  config.apply(options)
  if vim.fn.executable(config.current.cmd[1]) == 0 then
    vim.notify_once(
      ('docket: cannot run `%s`. Install the program, or name it: require("docket").setup({ cmd = { "/path/to/docket", "lsp" } })'):format(
        config.current.cmd[1]
      ),
      vim.log.levels.WARN
    )
    return
  end
  require('docket.client').enable()
end

--- A component for a statusline: `%{%v:lua.require'docket'.statusline()%}`, or a function for lualine and its like.
---@return string
function M.statusline()
  return require('docket.statusline').get()
end

return M
