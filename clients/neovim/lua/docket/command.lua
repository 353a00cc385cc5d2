--- `:Docket VERB`: what one wants at hand without leaving Neovim. The terminal's own verbs do the work, in the project of the buffer.

local client = require('docket.client')
local config = require('docket.config')

local M = {}

---@class docket.Verb
---@field about string
---@field run fun(arguments: string[])
---@field complete? fun(before: string[], lead: string): string[] what may come after the words that are there

--- The project that a command is for: the buffer's, else the one of the current folder.
---@return string
local function project()
  local root = client.root(vim.api.nvim_get_current_buf())
  return root or vim.fs.root(vim.fn.getcwd(), '.docs') or vim.fs.root(vim.fn.getcwd(), '.git') or vim.fn.getcwd()
end

---@param message string
local function fail(message)
  vim.notify('docket: ' .. message, vim.log.levels.ERROR)
end

--- Run a verb of the terminal and hand its result on, in the main loop.
---@param arguments string[]
---@param done fun(result: vim.SystemCompleted, root: string)
local function terminal(arguments, done)
  local program, root = config.current.cmd[1], project()
  if vim.fn.executable(program) == 0 then
    fail(('cannot run `%s`; see :checkhealth docket'):format(program))
    return
  end
  local command = vim.list_extend({ program }, arguments)
  vim.system(command, { cwd = root, text = true, timeout = 60000 }, vim.schedule_wrap(function(result)
    done(result, root)
  end))
end

--- Run a verb with `--json` and hand on what it says, or report its error.
---@param arguments string[]
---@param done fun(answer: table, root: string)
local function json(arguments, done)
  terminal(vim.list_extend(arguments, { '--json' }), function(result, root)
    local ok, answer = pcall(vim.json.decode, result.stdout or '', { luanil = { object = true, array = true } })
    if not ok or type(answer) ~= 'table' then
      fail(vim.trim(result.stderr or '') ~= '' and vim.trim(result.stderr) or ('exit ' .. result.code))
    elseif answer.error then
      fail(answer.error.message .. (answer.error.hint and ('\n' .. answer.error.hint) or ''))
    else
      done(answer, root)
    end
  end)
end

--- Show a verb's text in a scratch window below, closed by `q`.
---@param arguments string[]
local function show(arguments)
  terminal(arguments, function(result)
    local text = vim.trim(result.stdout or '') ~= '' and result.stdout or result.stderr or ''
    local lines = vim.split((text:gsub('\27%[[%d;]*m', '')), '\n')
    while #lines > 1 and vim.trim(lines[#lines]) == '' do
      table.remove(lines)
    end
    local buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
    vim.bo[buffer].modifiable = false
    vim.bo[buffer].bufhidden = 'wipe'
    vim.keymap.set('n', 'q', '<cmd>close<cr>', { buffer = buffer, nowait = true })
    vim.api.nvim_open_win(buffer, true, {
      split = 'below',
      height = math.max(1, math.min(#lines, math.floor(vim.o.lines / 2))),
    })
    vim.wo.number, vim.wo.relativenumber, vim.wo.wrap = false, false, false
  end)
end

local severities = { error = 'E', warning = 'W', information = 'I', hint = 'N' }

--- The byte column of a place that counts characters, both from 1. The file's own line decides.
---@param lines string[]
---@param line integer
---@param column integer
---@return integer
local function byte_column(lines, line, column)
  local text = lines[line]
  if not text or column <= 1 then
    return 1
  end
  local byte = vim.fn.byteidxcomp(text, column - 1)
  return byte < 0 and #text + 1 or byte + 1
end

--- The findings of `docket check --json` as entries of a quickfix list.
---@param findings table[]
---@param root string
---@return table[]
function M.quickfix(findings, root)
  local files = {}
  return vim.tbl_map(function(finding)
    local path = vim.fs.joinpath(root, finding.path)
    if not files[path] then
      local ok, lines = pcall(vim.fn.readfile, path)
      files[path] = ok and lines or {}
    end
    return {
      filename = path,
      lnum = finding.line,
      col = byte_column(files[path], finding.line, finding.column),
      end_lnum = finding.end_line,
      end_col = finding.end_line and byte_column(files[path], finding.end_line, finding.end_column or 1),
      text = ('%s [%s]'):format(finding.message, finding.rule),
      type = severities[finding.severity] or 'W',
    }
  end, findings)
end

---@param arguments string[] paths; none checks the whole project
local function check(arguments)
  local command = { 'check' }
  for _, path in ipairs(arguments) do
    table.insert(command, vim.fn.fnamemodify(vim.fn.expand(path), ':p'))
  end
  json(command, function(answer, root)
    vim.fn.setqflist({}, ' ', { title = 'docket check', items = M.quickfix(answer.findings, root) })
    if #answer.findings == 0 then
      vim.cmd.cclose()
      vim.notify('docket: nothing found')
    else
      vim.cmd('botright copen')
    end
  end)
end

---@param title string
local function create(title)
  json({ 'new', title }, function(answer, root)
    vim.cmd.edit(vim.fn.fnameescape(vim.fs.joinpath(root, answer.tickets[1].path)))
  end)
end

---@param arguments string[] the title's words; none asks for it
local function new(arguments)
  if #arguments > 0 then
    create(table.concat(arguments, ' '))
    return
  end
  vim.ui.input({ prompt = 'Title of the ticket: ' }, function(title)
    if title and vim.trim(title) ~= '' then
      create(vim.trim(title))
    end
  end)
end

---@param _ string[]
---@param lead string
---@return string[]
local function files(_, lead)
  return vim.fn.getcompletion(lead, 'file')
end

---@type table<string, docket.Verb>
M.verbs = {
  check = { about = 'findings of the project, or of files, into the quickfix list', run = check, complete = files },
  explain = {
    about = 'what a rule means and how to settle its findings',
    run = function(arguments)
      show(vim.list_extend({ 'explain' }, arguments))
    end,
  },
  health = {
    about = ':checkhealth docket',
    run = function()
      vim.cmd.checkhealth('docket')
    end,
  },
  list = {
    about = 'the tickets',
    run = function(arguments)
      show(vim.list_extend({ 'list' }, arguments))
    end,
  },
  log = {
    about = "Neovim's log of its language servers",
    run = function()
      vim.cmd.edit(vim.fn.fnameescape(require('vim.lsp.log').get_filename()))
      vim.cmd.normal({ 'G', bang = true })
    end,
  },
  new = { about = 'a new ticket, opened for writing', run = new },
  next = {
    about = 'the tickets that are ready, in order',
    run = function(arguments)
      show(vim.list_extend({ 'next' }, arguments))
    end,
  },
  restart = {
    about = 'end the server and start it anew',
    run = function()
      client.restart()
    end,
  },
  status = {
    about = 'the project on one screen',
    run = function()
      show({ 'status' })
    end,
  },
}

for name, verb in pairs(require('docket.verbs')) do
  M.verbs[name] = verb
end

---@return string[]
local function names()
  local found = vim.tbl_keys(M.verbs)
  table.sort(found)
  return found
end

--- Answer `:Docket`; without a verb it shows the status.
---@param args { fargs: string[] }
function M.run(args)
  local arguments = vim.deepcopy(args.fargs)
  local name = table.remove(arguments, 1) or 'status'
  local verb = M.verbs[name]
  if not verb then
    fail(('no verb `%s`; there are %s'):format(name, table.concat(names(), ', ')))
    return
  end
  verb.run(arguments)
end

--- Complete the verb, then what the verb takes.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local words = vim.split(vim.trim(line), '%s+')
  table.remove(words, 1)
  if lead ~= '' then
    table.remove(words)
  end
  local name = table.remove(words, 1)
  local found = names()
  if name then
    local verb = M.verbs[name]
    found = verb and verb.complete and verb.complete(words, lead) or {}
  end
  return vim.tbl_filter(function(it)
    return vim.startswith(it:lower(), lead:lower())
  end, found)
end

return M
