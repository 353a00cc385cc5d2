--- Asks the server for what lists, board, signs and statusline show. `.docs/dev/lsp-extensions.md` describes the requests.

local client = require('docket.client')
local protocol = require('docket.protocol')

local M = {}

--- A client that runs; the buffer's own where it has one.
---@param bufnr? integer
---@return vim.lsp.Client?
function M.client(bufnr)
  local function running(it)
    return not client.call(it, 'is_stopped')
  end
  return vim.tbl_filter(running, client.clients(bufnr or vim.api.nvim_get_current_buf()))[1]
    or vim.tbl_filter(running, client.clients())[1]
end

--- Ask, and hand on the answer; an error is shown, and nothing is handed on.
---@param method string
---@param params table
---@param done fun(answer: table, running: vim.lsp.Client)
---@param failed? fun() once the error is shown
---@return boolean asked whether there is a server to ask
function M.ask(method, params, done, failed)
  local running = M.client()
  if not running then
    return false
  end
  -- an empty table would be sent as a list
  local sent = next(params) and params or vim.empty_dict()
  client.call(running, 'request', method, sent, function(problem, answer)
    -- one that is being ended refuses what it is still asked, and nobody needs to know
    if problem and not client.call(running, 'is_stopped') then
      vim.notify('docket: ' .. (problem.message or vim.inspect(problem)), vim.log.levels.ERROR)
    elseif answer and not problem then
      done(answer, running)
    end
    if problem and failed then
      failed()
    end
  end)
  return true
end

--- Say that there is nobody to ask.
function M.no_server()
  vim.notify('docket: no server runs; open a file of a project first, or see :checkhealth docket', vim.log.levels.WARN)
end

---@class docket.Ticket a row of `docket/tickets`, with its project
---@field project table
---@field file string

--- The tickets of every project.
---@param done fun(tickets: docket.Ticket[], projects: table[])
function M.tickets(done)
  local asked = M.ask(protocol.tickets, {}, function(answer)
    local tickets = {}
    for _, project in ipairs(answer.projects or {}) do
      for _, ticket in ipairs(project.tickets) do
        ticket.project = project
        ticket.file = vim.uri_to_fname(project.root) .. '/' .. ticket.path
        table.insert(tickets, ticket)
      end
    end
    done(tickets, answer.projects or {})
  end)
  if not asked then
    M.no_server()
  end
end

---@class docket.Todo a row of `docket/todos`, with its place in Neovim's terms
---@field file string
---@field lnum integer from 1
---@field col integer bytes, from 1
---@field end_col integer

--- Byte offset of a column of the server's encoding in a line.
---@param line string
---@param character integer
---@param encoding string
---@return integer
function M.byte(line, character, encoding)
  if encoding == 'utf-8' then
    return math.min(character, #line)
  end
  if vim.fn.has('nvim-0.11') == 1 then
    return vim.str_byteindex(line, encoding, character, false)
  end
  local ok, byte = pcall(vim.str_byteindex, line, character, encoding == 'utf-16')
  return ok and byte or #line
end

--- The lines of a file: those of its buffer where it is loaded, else those on the disk.
---@param file string
---@return string[]
local function lines_of(file)
  local bufnr = vim.fn.bufnr(file)
  if bufnr >= 0 and vim.api.nvim_buf_is_loaded(bufnr) then
    return vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
  end
  local ok, lines = pcall(vim.fn.readfile, file)
  return ok and lines or {}
end

---@param answer table
---@param encoding string
---@return docket.Todo[]
local function placed(answer, encoding)
  local todos, files = {}, {}
  for _, project in ipairs(answer.projects or {}) do
    for _, todo in ipairs(project.todos) do
      todo.file = vim.uri_to_fname(project.root) .. '/' .. todo.path
      files[todo.file] = files[todo.file] or lines_of(todo.file)
      local range = todo.keywordRange
      local line = files[todo.file][range.start.line + 1] or ''
      todo.lnum = range.start.line + 1
      todo.col = M.byte(line, range.start.character, encoding) + 1
      todo.end_col = M.byte(line, range['end'].character, encoding) + 1
      table.insert(todos, todo)
    end
  end
  return todos
end

--- The TODOs of every project, or of one buffer as it is now. With `history`, git is asked for those that are new on the branch.
---@param which { bufnr?: integer, history?: boolean }
---@param done fun(todos: docket.Todo[], version: integer?)
---@return boolean asked
function M.todos(which, done)
  local params = which.bufnr and { uri = vim.uri_from_bufnr(which.bufnr) } or { history = which.history or false }
  return M.ask(protocol.todos, params, function(answer, running)
    local version = type(answer.version) == 'number' and answer.version or nil
    done(placed(answer, running.offset_encoding), version)
  end)
end

--- Have the server carry out a command.
---@param command string
---@param argument table
---@param done? fun(answer: table)
---@param failed? fun()
function M.run(command, argument, done, failed)
  local asked = M.ask('workspace/executeCommand', { command = command, arguments = { argument } }, function(answer)
    if done then
      done(answer)
    end
  end, failed)
  if not asked then
    M.no_server()
    if failed then
      failed()
    end
  end
end

--- The project of a buffer, as the server names it: its folder's URI.
---@param bufnr? integer
---@return string?
function M.root(bufnr)
  local root = client.root(bufnr or vim.api.nvim_get_current_buf())
  return root and vim.uri_from_fname(root) or nil
end

--- Show a file, at a place of it where one is given. Its buffer may be loaded and changed.
---@param file string
---@param lnum? integer from 1
---@param col? integer bytes, from 1
function M.visit(file, lnum, col)
  local bufnr = vim.fn.bufadd(file)
  vim.bo[bufnr].buflisted = true
  vim.cmd("normal! m'")
  local ok, problem = pcall(vim.cmd.buffer, bufnr)
  if not ok then
    vim.notify('docket: ' .. tostring(problem), vim.log.levels.ERROR)
  elseif lnum then
    pcall(vim.api.nvim_win_set_cursor, 0, { lnum, (col or 1) - 1 })
    vim.cmd('normal! zv')
  end
end

--- JSON's null is no value.
---@generic T
---@param value T
---@return T?
function M.some(value)
  return value ~= vim.NIL and value or nil
end

return M
