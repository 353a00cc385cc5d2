--- What a user of docket sees in Neovim, end to end: plugin, server, project on disk.

local here = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h')
package.path = here .. '/?.lua;' .. package.path
local harness = require('harness')
local case, eventually, equal, contains = harness.case, harness.eventually, harness.equal, harness.contains
local project, second = vim.env.DOCKET_TEST_PROJECT, vim.env.DOCKET_TEST_SECOND
local messages = {}

vim.o.swapfile = false
vim.o.hidden = true
vim.notify = function(message)
  table.insert(messages, message)
end

--- Open a file of the project and give its buffer.
local function open(path)
  if vim.fn.bufloaded(path) == 1 then
    vim.api.nvim_set_current_buf(vim.fn.bufnr(path))
  else
    vim.cmd.edit(vim.fn.fnameescape(path))
  end
  return vim.api.nvim_get_current_buf()
end

--- The diagnostic of a rule, with its line counted from 1.
local function finding(buffer, rule, line)
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    if diagnostic.code == rule and (not line or diagnostic.lnum + 1 == line) then
      return diagnostic
    end
  end
end

local function findings(buffer)
  return vim.tbl_map(function(diagnostic)
    return ('%d:%d %s %s'):format(diagnostic.lnum + 1, diagnostic.col + 1, diagnostic.code, diagnostic.message)
  end, vim.diagnostic.get(buffer))
end

local function await_finding(buffer, rule, line)
  return eventually(('%s on line %s'):format(rule, line or 'any'), function()
    return finding(buffer, rule, line)
  end, function()
    return findings(buffer)
  end)
end

local function await_none(buffer, rule, line)
  eventually(('end of %s on line %s'):format(rule, line or 'any'), function()
    return not finding(buffer, rule, line)
  end, function()
    return findings(buffer)
  end)
end

--- Ask the server directly.
local function request(buffer, method, params)
  local answers = vim.lsp.buf_request_sync(buffer, method, params, harness.patience) or {}
  for _, answer in pairs(answers) do
    if answer.err then
      error(method .. ': ' .. vim.inspect(answer.err), 2)
    end
    return answer.result
  end
  return nil
end

--- The hints that are drawn on a line, whatever the server says.
local function drawn(buffer, line)
  vim.cmd.redraw({ bang = true })
  for name, namespace in pairs(vim.api.nvim_get_namespaces()) do
    if name:find('inlayhint', 1, true) then
      local marks = vim.api.nvim_buf_get_extmarks(buffer, namespace, { line - 1, 0 }, { line - 1, -1 }, { details = true })
      return table.concat(vim.tbl_map(function(mark)
        return table.concat(vim.tbl_map(function(part)
          return part[1]
        end, mark[4].virt_text or {}))
      end, marks))
    end
  end
  return ''
end

local function await_drawn(buffer, line, part)
  eventually(('drawn hint %q on line %d'):format(part, line), function()
    return drawn(buffer, line):find(part, 1, true)
  end, function()
    return drawn(buffer, line)
  end)
end

local function await_drawn_none(buffer, line)
  eventually(('no drawn hint on line %d'):format(line), function()
    return drawn(buffer, line) == ''
  end, function()
    return drawn(buffer, line)
  end)
end

local function place(buffer, line, character)
  return {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    position = { line = line - 1, character = character },
  }
end

--- Choose the code action whose title contains a text, as a user would at the cursor.
local function act(buffer, line, column, title)
  vim.api.nvim_set_current_buf(buffer)
  vim.api.nvim_win_set_cursor(0, { line, column })
  local titles = {}
  local chosen = false
  vim.ui.select = function(items, options, choose)
    for _, item in ipairs(items) do
      local label = options.format_item and options.format_item(item) or item.action and item.action.title or tostring(item)
      table.insert(titles, label)
      if not chosen and label:lower():find(title:lower(), 1, true) then
        chosen = true
        choose(item)
      end
    end
  end
  vim.lsp.buf.code_action({
    filter = function(action)
      table.insert(titles, action.title)
      return action.title:lower():find(title:lower(), 1, true) ~= nil
    end,
    apply = true,
  })
  return function()
    return titles
  end
end

--- Replace lines of a buffer while `run` looks at what comes of it; whatever happens, they are put back.
local function with_lines(buffer, first, last, lines, run)
  local before = vim.api.nvim_buf_get_lines(buffer, first - 1, last, true)
  vim.api.nvim_buf_set_lines(buffer, first - 1, last, true, lines)
  local ok, problem = xpcall(run, debug.traceback)
  vim.api.nvim_buf_set_lines(buffer, first - 1, first - 1 + #lines, true, before)
  if not ok then
    error(problem, 0)
  end
end

local function tickets(root)
  return vim.fn.sort(vim.fn.glob(root .. '/.docs/tickets/*.md', true, true))
end

local main

case('the server starts for a file of a project, once', function()
  require('docket').setup()
  main = open(project .. '/src/main.rs')
  local client = eventually('client', function()
    return vim.lsp.get_clients({ name = 'docket', bufnr = main })[1]
  end)
  equal('root', project, client.config.root_dir)
  -- Neovim 0.10 does not keep what the server says of itself
  if vim.fn.has('nvim-0.11') == 1 then
    local info = eventually('server info', function()
      return client.server_info
    end)
    equal('server', 'docket', info.name)
  end
end)

case('diagnostics of source: each rule at its place', function()
  local untracked = await_finding(main, 'untracked-todo', 4)
  equal('severity', vim.diagnostic.severity.HINT, untracked.severity)
  equal('source', 'docket', untracked.source)
  local unknown = await_finding(main, 'unknown-ticket', 7)
  equal('severity of an unknown ticket', vim.diagnostic.severity.ERROR, unknown.severity)
  local line = vim.api.nvim_buf_get_lines(main, 6, 7, true)[1]
  -- the crab before it is four bytes, two units of UTF-16 and one character
  contains('what is underlined', 'T-2222', line:sub(unknown.col + 1, unknown.end_col))
  equal('severity of a stale TODO', vim.diagnostic.severity.WARN, await_finding(main, 'stale-todo', 8).severity)
  equal('a string is no TODO', nil, finding(main, 'untracked-todo', 5))
end)

case('an inlay hint says how the ticket stands', function()
  local hint = eventually('inlay hint on line 6', function()
    for _, entry in ipairs(vim.lsp.inlay_hint.get({ bufnr = main })) do
      if entry.inlay_hint.position.line == 5 then
        return entry.inlay_hint
      end
    end
  end, function()
    return vim.lsp.inlay_hint.get({ bufnr = main })
  end)
  local label = type(hint.label) == 'string' and hint.label or table.concat(vim.tbl_map(function(part)
    return part.value
  end, hint.label))
  contains('hint', 'in-progress', label)
  contains('hint', 'ana', label)
  equal('a hint is short', true, vim.fn.strchars(label) <= 60)
  await_drawn(main, 6, 'in-progress')
end)

case('the hints of another server in the buffer are drawn too, whichever answers first', function()
  local function server(wait)
    return function()
      local closing, last = false, 0
      return {
        request = function(method, _, callback)
          local hint = { position = { line = 2, character = 4 }, label = 'other' .. wait }
          vim.defer_fn(function()
            if method == 'initialize' then
              callback(nil, { capabilities = { inlayHintProvider = true } })
            else
              callback(nil, method == 'textDocument/inlayHint' and { hint } or nil)
            end
          end, method == 'textDocument/inlayHint' and wait or 0)
          last = last + 1
          return true, last
        end,
        notify = function()
          return true
        end,
        is_closing = function()
          return closing
        end,
        terminate = function()
          closing = true
        end,
      }
    end
  end
  for _, wait in ipairs({ 0, 300 }) do
    vim.lsp.start({ name = 'other' .. wait, cmd = server(wait) }, { bufnr = main })
    eventually('attached server', function()
      return #vim.lsp.get_clients({ name = 'other' .. wait, bufnr = main }) == 1
    end)
    vim.lsp.inlay_hint.enable(true, { bufnr = main })
    await_drawn(main, 3, 'other' .. wait)
    await_drawn(main, 6, 'in-progress')
  end
end)

case('hover shows the card of a ticket', function()
  vim.api.nvim_win_set_cursor(0, { 6, 13 })
  vim.lsp.buf.hover()
  local card = eventually('hover window', function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
      end
    end
  end)
  contains('card', 'Parse bodies that span several lines', card)
  contains('card', 'in-progress', card)
  vim.cmd('silent! fclose!')
end)

case('hover beside everything of docket is empty', function()
  equal('hover', nil, request(main, 'textDocument/hover', place(main, 9, 6)))
end)

case('completion finds a ticket by its title', function()
  with_lines(main, 9, 9, { '    // TODO(spans' }, function()
    local answer = request(main, 'textDocument/completion', place(main, 9, 17))
    local items = answer and (answer.items or answer) or {}
    local labels = vim.tbl_map(function(item)
      return ('%s %s %s'):format(item.label, item.insertText or '', vim.tbl_get(item, 'textEdit', 'newText') or '')
    end, items)
    contains('labels', 'T-7k3f', table.concat(labels, '\n'))
  end)
end)

case('definition leads from an id to its ticket', function()
  vim.api.nvim_set_current_buf(main)
  vim.api.nvim_win_set_cursor(0, { 6, 13 })
  vim.lsp.buf.definition()
  eventually('ticket file', function()
    return vim.api.nvim_buf_get_name(0):find('T-7k3f-parse-spans.md', 1, true)
  end, function()
    return vim.api.nvim_buf_get_name(0)
  end)
  vim.api.nvim_set_current_buf(main)
end)

case('references lead from a ticket to its mentions', function()
  local params = place(main, 6, 13)
  params.context = { includeDeclaration = true }
  local uris = vim.tbl_map(function(location)
    return location.uri .. ':' .. location.range.start.line + 1
  end, request(main, 'textDocument/references', params) or {})
  contains('references', 'src/main.rs:6', table.concat(uris, '\n'))
end)

case('a place that is not docket\'s cannot be renamed', function()
  local client = vim.lsp.get_clients({ name = 'docket', bufnr = main })[1]
  if require('docket.client').supports(client, 'textDocument/prepareRename', main) then
    equal('rename', nil, request(main, 'textDocument/prepareRename', place(main, 5, 8)))
  end
end)

case('typing a TODO shows it, taking it back removes it', function()
  with_lines(main, 9, 8, { '    // FIXME: not saved yet' }, function()
    await_finding(main, 'untracked-todo', 9)
  end)
  await_none(main, 'untracked-todo', 9)
end)

case('a code action makes a ticket from a TODO', function()
  local before = tickets(project)
  local titles = act(main, 4, 10, 'create a ticket')
  eventually('reference in the source', function()
    return vim.api.nvim_buf_get_lines(main, 3, 4, true)[1]:match('TODO%(T%-%w+%): read the configuration')
  end, function()
    return { line = vim.api.nvim_buf_get_lines(main, 3, 4, true)[1], actions = titles() }
  end)
  vim.cmd('silent wall')
  local made = eventually('ticket file', function()
    for _, path in ipairs(tickets(project)) do
      if not vim.tbl_contains(before, path) then
        return path
      end
    end
  end)
  local id = vim.api.nvim_buf_get_lines(main, 3, 4, true)[1]:match('TODO%((T%-%w+)%)')
  local text = table.concat(vim.fn.readfile(made), '\n')
  contains('file name', id, made)
  contains('ticket', 'id: ' .. id, text)
  contains('ticket', 'read the configuration', text:lower())
  await_none(main, 'untracked-todo', 4)
  await_none(main, 'unknown-ticket', 4)
end)

case('a ticket file is checked as it is written, and mended by a code action', function()
  local ticket = open(project .. '/.docs/tickets/T-7k3f-parse-spans.md')
  local line = vim.fn.search('^status:', 'nw')
  with_lines(ticket, line, line, { 'status: in-progres' }, function()
    local invalid = await_finding(ticket, 'invalid-field', line)
    contains('message', 'in-progress', invalid.message)
    local titles = act(ticket, line, 10, 'in-progress')
    eventually('mended field', function()
      return vim.api.nvim_buf_get_lines(ticket, line - 1, line, true)[1] == 'status: in-progress'
    end, function()
      return { line = vim.api.nvim_buf_get_lines(ticket, line - 1, line, true)[1], actions = titles() }
    end)
    await_none(ticket, 'invalid-field')
  end)
end)

case('a changed ticket changes what the source shows', function()
  local ticket = open(project .. '/.docs/tickets/T-7k3f-parse-spans.md')
  local line = vim.fn.search('^status:', 'nw')
  vim.api.nvim_set_current_buf(main)
  with_lines(ticket, line, line, { 'status: done' }, function()
    await_finding(main, 'stale-todo', 6)
    await_drawn(main, 6, 'done')
  end)
  await_none(main, 'stale-todo', 6)
  await_drawn(main, 6, 'in-progress')
end)

case('what is shown is switched by command, and follows the cursor', function()
  vim.api.nvim_set_current_buf(main)
  local function lines()
    return vim.fn.uniq(vim.fn.sort(vim.tbl_map(function(diagnostic)
      return diagnostic.lnum + 1
    end, vim.diagnostic.get(main))))
  end
  local function await_lines(what, expected)
    eventually(what, function()
      return vim.deep_equal(lines(), expected)
    end, lines)
  end
  await_lines('all', { 7, 8 })
  -- again and again: what is old must never stay
  for _ = 1, 5 do
    vim.cmd('Docket show diagnostics off')
    await_lines('none', {})
    vim.cmd('Docket show diagnostics on')
    await_lines('all again', { 7, 8 })
  end
  vim.api.nvim_win_set_cursor(0, { 7, 0 })
  vim.cmd('Docket show diagnostics line')
  vim.api.nvim_exec_autocmds('CursorMoved', { buffer = main })
  await_lines('the cursor\'s line', { 7 })
  vim.api.nvim_win_set_cursor(0, { 8, 0 })
  vim.api.nvim_exec_autocmds('CursorMoved', { buffer = main })
  await_lines('its next line', { 8 })
  vim.cmd('Docket show diagnostics on')
  await_lines('all at the end', { 7, 8 })
  vim.cmd('Docket show hints off')
  await_drawn_none(main, 6)
  vim.cmd('Docket show hints on')
  await_drawn(main, 6, 'in-progress')
end)

case('a file whose type nobody knows is served', function()
  local buffer = open(project .. '/tools/greet')
  vim.bo[buffer].filetype = ''
  eventually('client', function()
    return vim.lsp.get_clients({ name = 'docket', bufnr = buffer })[1]
  end)
end)

case('a second project is served too', function()
  local buffer = open(second .. '/src/main.rs')
  await_finding(buffer, 'untracked-todo', 4)
  local roots = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = 'docket' })) do
    for _, folder in ipairs(client.workspace_folders or {}) do
      roots[folder.name] = (roots[folder.name] or 0) + 1
    end
  end
  equal('roots, each once', { [project] = 1, [second] = 1 }, roots)
  vim.api.nvim_set_current_buf(main)
end)

case('a file outside every project is not served', function()
  local path = vim.fn.tempname() .. '.rs'
  vim.fn.writefile({ '// TODO: nobody asked' }, path)
  local buffer = open(path)
  equal('root', nil, require('docket.client').root(buffer))
  vim.wait(200)
  equal('clients', 0, #vim.lsp.get_clients({ name = 'docket', bufnr = buffer }))
  vim.api.nvim_set_current_buf(main)
end)

case(':Docket check fills the quickfix list', function()
  vim.cmd('silent wall')
  vim.cmd('Docket check')
  local items = eventually('quickfix entries', function()
    local list = vim.fn.getqflist({ items = true, title = true })
    return list.title == 'docket check' and #list.items > 0 and list.items
  end, function()
    return messages
  end)
  local crab
  for _, item in ipairs(items) do
    if item.text:find('unknown-ticket', 1, true) then
      crab = item
    end
  end
  equal('line', 7, crab and crab.lnum)
  equal('file', main, crab.bufnr)
  local line = vim.api.nvim_buf_get_lines(main, 6, 7, true)[1]
  equal('byte column after a crab', 'T-2222', line:sub(crab.col, crab.col + 5))
  vim.cmd.cclose()
end)

case(':Docket status shows the project and closes with q', function()
  vim.cmd('Docket status')
  local window = eventually('scratch window', function()
    return vim.bo.buftype == 'nofile' and vim.api.nvim_get_current_win()
  end, function()
    return messages
  end)
  equal('something is said', true, #vim.trim(table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')) > 0)
  vim.api.nvim_feedkeys('q', 'xt', false)
  equal('open', false, vim.api.nvim_win_is_valid(window))
end)

case(':Docket new makes a ticket and opens it', function()
  vim.cmd('Docket new Measure the crab')
  eventually('ticket', function()
    return vim.api.nvim_buf_get_name(0):find('/T%-%w+%-measure%-the%-crab%.md$')
  end, function()
    return { vim.api.nvim_buf_get_name(0), messages }
  end)
  contains('ticket', 'title: Measure the crab', table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'))
end)

case(':Docket completes its verbs', function()
  equal('verbs', { 'check' }, vim.fn.getcompletion('Docket ch', 'cmdline'))
  equal('all verbs', vim.tbl_count(require('docket.command').verbs), #vim.fn.getcompletion('Docket ', 'cmdline'))
end)

case(':Docket restart ends the server and serves the buffers anew', function()
  vim.api.nvim_set_current_buf(main)
  local old = vim.lsp.get_clients({ name = 'docket', bufnr = main })[1].id
  vim.cmd('Docket restart')
  eventually('another client', function()
    local client = vim.lsp.get_clients({ name = 'docket', bufnr = main })[1]
    return client and client.id ~= old
  end)
  await_finding(main, 'unknown-ticket', 7)
end)

case(':checkhealth docket finds nothing wrong', function()
  vim.cmd('checkhealth docket')
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  contains('report', 'setup() was called', report)
  contains('report', 'serves', report)
  equal('errors', nil, report:match('ERROR[^\n]*'))
  vim.cmd('bwipeout!')
end)

case('the help file has its tags', function()
  local doc = vim.fn.fnamemodify(vim.api.nvim_get_runtime_file('doc/docket.txt', false)[1], ':h')
  vim.cmd('helptags ' .. doc)
  for _, tag in ipairs({ 'docket', ':Docket', 'docket.setup()', 'docket-board', 'docket-lists', 'docket-statusline', 'docket-]t' }) do
    vim.cmd('help ' .. tag)
    contains('help', 'docket.txt', vim.api.nvim_buf_get_name(0))
    vim.cmd.helpclose()
  end
end)

require('views')({
  project = second,
  open = open,
  with_lines = with_lines,
  messages = function()
    return messages
  end,
})

require('golden')(vim.env.DOCKET_TEST_GOLDEN, function()
  return messages
end)

case('a bad option is named and its default kept', function()
  messages = {}
  local config = require('docket.config')
  config.apply({ inlay_hint = true, inlay_hints = 'yes', picker = 'odd', signs = { TODO = 'T' } })
  contains('message', 'unknown option `inlay_hint`', messages[1])
  contains('message', '`inlay_hints` must be a boolean', messages[1])
  contains('message', 'option `picker` is one of auto', messages[1])
  equal('kept', { true, 'auto', { TODO = 'T' } }, { config.current.inlay_hints, config.current.picker, config.current.signs })
end)

vim.schedule(function()
  harness.run(vim.env.DOCKET_TEST_CASE or '')
end)
