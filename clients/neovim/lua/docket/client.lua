--- Starts the server for buffers inside a project and finds the clients that run. Neovim 0.10 has no `vim.lsp.config`; 0.11 and later do.

local config = require('docket.config')

local M = {}

M.name = 'docket'

--- The project that a buffer belongs to: the nearest folder upwards with `.docs`, else with `.git`.
---@param bufnr integer
---@return string? root nil where the buffer is no file or in no project
function M.root(bufnr)
  local path = vim.api.nvim_buf_get_name(bufnr)
  if vim.bo[bufnr].buftype ~= '' or path == '' or path:match('^%a[%w+.-]+://') then
    return nil
  end
  -- a board as text is a file of docket's own; it is attached to the client that wrote it
  if path:match('/boards/%x+/board[%w-]*%.md$') then
    return nil
  end
  return vim.fs.root(bufnr, '.docs') or vim.fs.root(bufnr, '.git')
end

--- The clients of docket, those of one buffer where it is given.
---@param bufnr? integer
---@return vim.lsp.Client[]
function M.clients(bufnr)
  return vim.lsp.get_clients({ name = M.name, bufnr = bufnr })
end

--- Call a method of a client. Until Neovim 0.10 these were functions that knew their client.
---@param client vim.lsp.Client
---@param method string
---@return any
function M.call(client, method, ...)
  if vim.fn.has('nvim-0.11') == 1 then
    return client[method](client, ...)
  end
  return client[method](...)
end

--- Whether a client answers a request in a buffer.
---@param client vim.lsp.Client
---@param method string
---@param bufnr integer
---@return boolean
function M.supports(client, method, bufnr)
  return M.call(client, 'supports_method', method, vim.fn.has('nvim-0.11') == 1 and bufnr or { bufnr = bufnr })
end

--- One server serves every project of the session where it can: a second root becomes a workspace folder of the client that runs.
---@param client vim.lsp.Client
---@param wanted vim.lsp.ClientConfig
---@return boolean
local function reuse(client, wanted)
  if client.name ~= M.name or M.call(client, 'is_stopped') or type(wanted.root_dir) ~= 'string' then
    return false
  end
  for _, folder in ipairs(client.workspace_folders or {}) do
    if folder.name == wanted.root_dir then
      return true
    end
  end
  local folders = vim.tbl_get(client.server_capabilities or {}, 'workspace', 'workspaceFolders') or {}
  if not folders.supported or not folders.changeNotifications then
    return false
  end
  local folder = { uri = vim.uri_from_fname(wanted.root_dir), name = wanted.root_dir }
  M.call(client, 'notify', 'workspace/didChangeWorkspaceFolders', { event = { added = { folder }, removed = {} } })
  client.workspace_folders = client.workspace_folders or {}
  table.insert(client.workspace_folders, folder)
  return true
end

--- Pull the diagnostics of every open buffer again. Where a server reports on the whole workspace too, Neovim 0.12 answers its wish for a
--- refresh by asking for that report alone, and then passes over what it says of buffers that are open.
---@param context lsp.HandlerContext
local function refresh_diagnostics(_, _, context)
  local running = vim.lsp.get_client_by_id(context.client_id)
  local provider = vim.tbl_get(running or {}, 'server_capabilities', 'diagnosticProvider')
  if provider then
    for bufnr in pairs(running.attached_buffers) do
      M.call(running, 'request', 'textDocument/diagnostic', {
        textDocument = { uri = vim.uri_from_bufnr(bufnr) },
        identifier = provider.identifier,
      }, nil, bufnr)
    end
  end
  return vim.NIL
end

--- Show the two sides of a conflict in a new tab, one beside the other, with what is different marked.
---@param command lsp.Command
---@param context { client_id: integer, bufnr: integer }
local function compare(command, context)
  local running = vim.lsp.get_client_by_id(context.client_id)
  if not running then
    return
  end
  M.call(running, 'request', 'workspace/executeCommand', {
    command = command.command,
    arguments = command.arguments,
  }, function(problem, answer)
    if problem or not (answer and answer.mine and answer.theirs) then
      vim.notify('docket: ' .. (problem and problem.message or 'nothing to compare'), vim.log.levels.WARN)
      return
    end
    local mine, theirs = vim.uri_to_fname(answer.mine), vim.uri_to_fname(answer.theirs)
    vim.cmd('tabedit ' .. vim.fn.fnameescape(mine))
    vim.cmd('rightbelow vertical diffsplit ' .. vim.fn.fnameescape(theirs))
  end, context.bufnr)
end

--- What the client is started with, but for the root.
---@return table
local function base()
  local current = config.current
  return {
    name = M.name,
    cmd = current.cmd,
    settings = current.settings,
    init_options = current.init_options,
    capabilities = vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), {
      -- board, signs and lists ask again when they are told to; `compare` shows two texts side by side
      experimental = { docket = { changed = true, cursor = true, sideBySide = true, join = true } },
    }, current.capabilities or {}),
    on_attach = current.on_attach,
    commands = { ['docket.showConflict'] = compare },
    handlers = {
      ['workspace/diagnostic/refresh'] = refresh_diagnostics,
      [require('docket.protocol').changed] = function()
        vim.api.nvim_exec_autocmds('User', { pattern = 'DocketChanged', modeline = false })
      end,
    },
  }
end

--- Start the server for a buffer, or attach the one that runs. Does nothing outside a project or where the program is missing.
---@param bufnr integer
function M.start(bufnr)
  if not vim.api.nvim_buf_is_loaded(bufnr) then
    return
  end
  local root = M.root(bufnr)
  if root and vim.fn.executable(config.current.cmd[1]) == 1 then
    local wanted = vim.lsp.config and vim.lsp.config[M.name] or base()
    vim.lsp.start(vim.tbl_extend('force', wanted, { root_dir = root }), { bufnr = bufnr, reuse_client = reuse })
  end
end

--- Watch for buffers from now on, and serve those that are open.
function M.enable()
  local group = vim.api.nvim_create_augroup('docket', { clear = true })
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config(M.name, vim.tbl_extend('force', base(), {
      reuse_client = reuse,
      root_dir = function(bufnr, on_dir)
        local root = M.root(bufnr)
        if root then
          on_dir(root)
        end
      end,
    }))
    vim.lsp.enable(M.name)
  else
    vim.api.nvim_create_autocmd('FileType', {
      group = group,
      callback = function(event)
        M.start(event.buf)
      end,
    })
  end
  -- A file whose type Neovim does not know sends no FileType event and still has TODOs or a place in the project.
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile' }, {
    group = group,
    callback = function(event)
      vim.schedule(function()
        if vim.api.nvim_buf_is_valid(event.buf) and vim.bo[event.buf].filetype == '' then
          M.start(event.buf)
        end
      end)
    end,
  })
  vim.api.nvim_create_autocmd('LspAttach', {
    group = group,
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == M.name then
        M.attached(client, event.buf)
      end
    end,
  })
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    M.start(bufnr)
  end
end

--- What a buffer gets when the server has attached to it.
---@param client vim.lsp.Client
---@param bufnr integer
function M.attached(client, bufnr)
  if config.current.inlay_hints and M.supports(client, 'textDocument/inlayHint', bufnr) then
    require('docket.hints').mend()
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
  end
  require('docket.marks').attached(bufnr)
  if vim.tbl_get(client.server_capabilities, 'experimental', 'docket', 'cursor') then
    require('docket.cursor').attached(bufnr)
  end
  if config.current.keys then
    local jump = require('docket.jump')
    vim.keymap.set('n', ']t', function()
      jump.go(vim.v.count1)
    end, { buffer = bufnr, desc = 'docket: next TODO' })
    vim.keymap.set('n', '[t', function()
      jump.go(-vim.v.count1)
    end, { buffer = bufnr, desc = 'docket: previous TODO' })
  end
end

--- End the server and start it anew for the buffers that it served, and for the current one.
---@param done? fun() called when the new one has been started
function M.restart(done)
  local buffers = { [vim.api.nvim_get_current_buf()] = true }
  local old = M.clients()
  for _, client in ipairs(old) do
    for bufnr in pairs(client.attached_buffers) do
      buffers[bufnr] = true
    end
  end
  for _, client in ipairs(old) do
    M.call(client, 'stop')
  end
  local waited, step, patience = 0, 50, 3000
  local function start_when_gone()
    local running = vim.tbl_filter(function(client)
      return not M.call(client, 'is_stopped')
    end, old)
    if #running > 0 and waited < patience then
      waited = waited + step
      vim.defer_fn(start_when_gone, step)
      return
    end
    for _, client in ipairs(running) do
      M.call(client, 'stop', true)
    end
    for bufnr in pairs(buffers) do
      if vim.api.nvim_buf_is_valid(bufnr) then
        M.start(bufnr)
      end
    end
    if done then
      done()
    end
  end
  start_when_gone()
end

return M
