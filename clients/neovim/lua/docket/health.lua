--- `:checkhealth docket`: whether the program is found, runs and serves, and what to do where it does not.

local client = require('docket.client')
local config = require('docket.config')

local M = {}

--- Report on Neovim itself.
local function neovim()
  vim.health.start('docket: Neovim')
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.10') == 0 then
    vim.health.error('Neovim ' .. version .. ' is too old', 'install 0.10 or newer')
  elseif vim.lsp.config then
    vim.health.ok('Neovim ' .. version .. ', with vim.lsp.config')
  else
    vim.health.ok('Neovim ' .. version .. ', without vim.lsp.config: docket starts the server itself')
  end
end

--- Report on the program.
local function program()
  vim.health.start('docket: program')
  local command = config.current.cmd
  local path = vim.fn.exepath(command[1])
  if path == '' then
    vim.health.error(('cannot run `%s`'):format(command[1]), {
      'install docket so that it is on the PATH, or',
      'name the program: require("docket").setup({ cmd = { "/path/to/docket", "lsp" } })',
    })
    return
  end
  local result = vim.system({ path, '--version' }, { text = true, timeout = 5000 }):wait()
  if result.code == 0 then
    vim.health.ok(('%s, %s'):format(vim.trim(result.stdout), path))
  else
    vim.health.error(('`%s --version` ended with %d'):format(path, result.code), vim.trim(result.stderr or ''))
  end
end

--- Report on the set-up and its options.
local function setup()
  vim.health.start('docket: set-up')
  if not config.is_set_up then
    vim.health.warn('setup() was not called, so no server starts', 'add require("docket").setup() to your configuration')
    return
  end
  vim.health.ok('setup() was called')
  for _, key in ipairs({ 'cmd', 'inlay_hints', 'signs', 'keywords', 'keys', 'picker', 'settings', 'init_options' }) do
    vim.health.info(('%s = %s'):format(key, vim.inspect(config.current[key], { newline = ' ', indent = '' })))
  end
end

--- Report on the servers that run and the buffers that they serve.
local function servers()
  vim.health.start('docket: server')
  local clients = client.clients()
  if #clients == 0 then
    vim.health.info('no server runs; one starts with the first file inside a project (a folder with .docs or .git)')
    return
  end
  for _, running in ipairs(clients) do
    local folders = vim.tbl_map(function(folder)
      return folder.name
    end, running.workspace_folders or {})
    local buffers = vim.tbl_count(running.attached_buffers)
    vim.health.ok(('client %d serves %d buffers of %s'):format(running.id, buffers, table.concat(folders, ', ')))
    local info = running.server_info or {}
    if info.version then
      vim.health.info(('%s %s answered'):format(info.name or 'the server', info.version))
    end
    vim.health.info('position encoding ' .. tostring(running.offset_encoding))
  end
end

--- Report on what lists are shown with, and what else can show them.
local function lists()
  vim.health.start('docket: lists')
  vim.health.ok(('lists are shown with %s'):format(require('docket.picker').backend()))
  if pcall(require, 'trouble') then
    vim.health.ok('Trouble is there: `:Docket todos quickfix`, then `:Trouble qflist`')
  end
end

--- Called by `:checkhealth docket`.
function M.check()
  neovim()
  program()
  setup()
  servers()
  lists()
end

return M
