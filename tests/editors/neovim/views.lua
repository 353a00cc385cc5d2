--- Cases of what the plugin draws itself: marks, jumps, lists, the board, the card, the statusline.

local harness = require('harness')
local case, eventually, equal, contains = harness.case, harness.eventually, harness.equal, harness.contains

---@class Shared
---@field project string
---@field open fun(path: string): integer
---@field with_lines fun(buffer: integer, first: integer, last: integer, lines: string[], run: fun())
---@field messages fun(): string[]

---@param shared Shared
return function(shared)
  local project, open = shared.project, shared.open
  local spans = project .. '/.docs/tickets/T-7k3f-parse-spans.md'

  local function main()
    return open(project .. '/src/main.rs')
  end

  local function on_disk(path)
    return table.concat(vim.fn.readfile(path), '\n')
  end

  local function await_on_disk(what, path, part)
    eventually(what, function()
      return on_disk(path):find(part, 1, true)
    end, function()
      return on_disk(path)
    end)
  end

  --- What is marked in a buffer: line, text of the mark, sign and group.
  local function marks(buffer)
    local namespace = require('docket.marks').namespace
    local found = {}
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buffer, namespace, 0, -1, { details = true })) do
      local row, col, details = mark[2], mark[3], mark[4]
      local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, true)[1]
      table.insert(found, ('%d %s %s %s'):format(row + 1, line:sub(col + 1, details.end_col), vim.trim(details.sign_text or ''), details.hl_group or ''))
    end
    return found
  end

  --- Have `vim.ui.select` take the item whose text contains a part; gives what was offered.
  local function select(part)
    local offered = {}
    vim.ui.select = function(items, options, choose)
      for _, item in ipairs(items) do
        -- Neovim 0.10 gives a second value with a question of the server
        table.insert(offered, (options.format_item(item)))
      end
      for _, item in ipairs(items) do
        if options.format_item(item):find(part, 1, true) then
          choose(item)
          return
        end
      end
      choose(nil)
    end
    return offered
  end

  case('TODOs have a sign and their keyword a colour, and nothing else has', function()
    local buffer = main()
    eventually('marks', function()
      return #marks(buffer) == 4
    end, function()
      return marks(buffer)
    end)
    equal('marks', { '4 TODO ○ DocketTodo', '6 TODO ○ DocketTodo', '7 FIXME △ DocketFixme', '8 TODO ○ DocketTodo' }, marks(buffer))
    shared.with_lines(buffer, 9, 8, { '    // HACK: typed a moment ago' }, function()
      eventually('mark of what is typed', function()
        return vim.tbl_contains(marks(buffer), '9 HACK ◇ DocketHack')
      end, function()
        return marks(buffer)
      end)
    end)
    eventually('end of the mark', function()
      return #marks(buffer) == 4
    end)
  end)

  case(']t and [t go from TODO to TODO, with a count, and round', function()
    main()
    local function press(keys, line)
      vim.api.nvim_feedkeys(vim.keycode(keys), 'xt', false)
      eventually(('cursor on line %d after %s'):format(line, keys), function()
        return vim.api.nvim_win_get_cursor(0)[1] == line
      end, function()
        return vim.api.nvim_win_get_cursor(0)
      end)
    end
    vim.api.nvim_win_set_cursor(0, { 1, 0 })
    press(']t', 4)
    press('2]t', 7)
    press('2]t', 4)
    press('[t', 8)
    equal('it stands on the keyword', 'TODO', vim.fn.expand('<cword>'))
  end)

  case('jumps count from between the TODOs too', function()
    local todos = { { lnum = 2, col = 4 }, { lnum = 5, col = 4 }, { lnum = 8, col = 4 } }
    local target = require('docket.jump').target
    local function line(lnum, col, steps)
      return (target(todos, lnum, col, steps) or {}).lnum
    end
    equal('before the first', 2, line(1, 1, 1))
    equal('on one', 5, line(2, 4, 1))
    equal('left of one on its line', 2, line(2, 1, 1))
    equal('round', 2, line(9, 1, 1))
    equal('back', 5, line(8, 4, -1))
    equal('back from between', 5, line(6, 1, -1))
    equal('back round', 8, line(1, 1, -1))
    equal('none', nil, target({}, 1, 1, 1))
  end)

  case(':Docket tickets lists what is open, and opens what is chosen', function()
    main()
    local offered = select('T-7k3f')
    vim.cmd('Docket tickets')
    eventually('ticket', function()
      return vim.api.nvim_buf_get_name(0) == spans
    end, function()
      return offered
    end)
    for _, text in ipairs(offered) do
      equal('a closed ticket', nil, text:match('T%-9x2m'))
    end
    offered = select('T-9x2m')
    vim.cmd('Docket tickets all')
    eventually('closed ticket', function()
      return vim.api.nvim_buf_get_name(0):find('T-9x2m-old-work.md', 1, true)
    end, function()
      return offered
    end)
  end)

  case(':Docket todos goes to the one that is chosen, after a crab too', function()
    main()
    local offered = select('measure the crab')
    vim.cmd('Docket todos')
    eventually('cursor', function()
      return vim.deep_equal(vim.api.nvim_win_get_cursor(0), { 7, 26 })
    end, function()
      return { vim.api.nvim_win_get_cursor(0), offered }
    end)
  end)

  case(':Docket todos quickfix fills the list', function()
    vim.cmd('Docket todos quickfix')
    local items = eventually('quickfix entries', function()
      local list = vim.fn.getqflist({ items = true, title = true })
      return list.title == 'docket todos' and #list.items > 0 and list.items
    end)
    local crab = vim.tbl_filter(function(item)
      return item.text:find('crab', 1, true)
    end, items)[1]
    equal('place', { 7, 27, 'W' }, { crab.lnum, crab.col, crab.type })
    vim.cmd.cclose()
  end)

  case(':Docket todos new asks git for those of the branch', function()
    main()
    local root = vim.uri_to_fname(require('docket.rows').root())
    local function git(...)
      local done = vim.system({ 'git', '-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ... }, { cwd = root, text = true }):wait()
      equal('git ' .. (...) .. ': ' .. (done.stdout or '') .. (done.stderr or ''), 0, done.code)
    end
    if vim.fn.isdirectory(root .. '/.git') == 0 then
      git('init', '--quiet', '--initial-branch', 'main')
    end
    git('add', '--all')
    git('commit', '--quiet', '--allow-empty', '--no-verify', '--message', 'all there is')
    local file = root .. '/new.rs'
    vim.fn.writefile({ '// TODO: new on the branch' }, file)
    vim.cmd.edit(file)
    eventually('only the new one', function()
      vim.fn.setqflist({}, 'f')
      vim.cmd('Docket todos quickfix new')
      vim.wait(500, function()
        return vim.fn.getqflist({ title = true }).title == 'docket todos'
      end)
      local list = vim.fn.getqflist()
      return #list == 1 and list[1].text:find('new on the branch', 1, true)
    end, vim.fn.getqflist)
    vim.cmd.cclose()
    vim.fn.delete(file)
  end)

  case(':Docket plan makes what a brief says after a yes, and :Docket align tells what a change of it leaves behind', function()
    main()
    local root = vim.uri_to_fname(require('docket.rows').root())
    local brief, requirements = root .. '/.docs/brief.md', root .. '/.docs/requirements.md'
    vim.fn.writefile({ '# Kettle', '', '## Must', '', '- Pour the tea', '  - The cup is full', '- Whistle' }, brief)
    vim.cmd.edit(brief)
    local buffer = vim.api.nvim_get_current_buf()
    local before = vim.fn.readdir(root .. '/.docs/tickets')
    local function ids()
      return vim.fn.getcompletion('Docket card ', 'cmdline')
    end
    local known = #ids()
    local offered = select('Make 2 requirements and 2 tickets')
    eventually('requirements', function()
      -- until the server has the page
      if #offered == 0 then
        vim.api.nvim_set_current_buf(buffer)
        vim.cmd('Docket plan')
        vim.wait(300, function()
          return #offered > 0
        end)
      end
      return vim.fn.filereadable(requirements) == 1
    end, function()
      return { offered, vim.fn.readdir(root .. '/.docs') }
    end)
    vim.api.nvim_buf_set_lines(buffer, 4, 5, true, { '- Pour the tea slowly' })
    -- unsaved
    eventually('what is out of line', function()
      vim.cmd('Docket align')
      vim.wait(300, function()
        return #vim.fn.getqflist() == 2
      end)
      local texts = vim.tbl_map(function(item)
        return item.text
      end, vim.fn.getqflist())
      table.sort(texts)
      return #texts == 2 and texts[1]:match('^R%-%w+: brief.md#must has changed') and texts[2]:match('^T%-%w+: ')
    end, vim.fn.getqflist)
    vim.cmd.cclose()
    local made = { brief, requirements }
    for _, name in ipairs(vim.fn.readdir(root .. '/.docs/tickets')) do
      if not vim.tbl_contains(before, name) then
        table.insert(made, root .. '/.docs/tickets/' .. name)
      end
    end
    equal('made', 4, #made)
    for _, path in ipairs(made) do
      if vim.fn.bufexists(path) == 1 then
        vim.cmd('bwipeout! ' .. vim.fn.fnameescape(path))
      end
      vim.fn.delete(path)
    end
    main()
    eventually('the tickets are forgotten', function()
      return #ids() == known
    end, ids)
  end)

  case(':Docket docs writes a page of what a source file declares after a yes', function()
    local root = vim.uri_to_fname(require('docket.rows').root())
    local source, page = root .. '/src/pot.rs', root .. '/.docs/reference/src/pot.rs.md'
    vim.fn.writefile({ '/// Pours the tea.', 'pub fn pour() {}' }, source)
    vim.cmd.edit(source)
    select('Accept')
    vim.cmd('Docket docs')
    eventually('page', function()
      return vim.fn.filereadable(page) == 1
    end, shared.messages)
    local written = table.concat(vim.fn.readfile(page), '\n')
    contains('what it says', 'Pours the tea.', written)
    contains('record', '<!-- from: /src/pot.rs#pour@', written)
    vim.fn.delete(page)
    -- and by its name
    vim.fn.writefile({ '/// Pours it all.', 'pub fn pour() {}' }, source)
    vim.cmd('Docket docs ' .. vim.fn.fnameescape(source))
    eventually('page by name', function()
      return vim.fn.filereadable(page) == 1
    end, shared.messages)
    vim.cmd('bwipeout! ' .. vim.fn.fnameescape(source))
    vim.fn.delete(source)
    vim.fn.delete(root .. '/.docs/reference', 'rf')
  end)

  case('Telescope, fzf-lua and snacks are taken where they are there', function()
    local picker, config = require('docket.picker'), require('docket.config')
    equal('without any', 'select', picker.backend())
    local items = { { text = 'one', value = 1, file = spans, lnum = 1 }, { text = 'two\twords', value = 2, file = spans, lnum = 2 } }
    local chosen = {}
    local function choose(item)
      table.insert(chosen, item.value)
    end
    local function with(modules, run)
      for name, module in pairs(modules) do
        package.loaded[name] = module
      end
      local ok, problem = xpcall(run, debug.traceback)
      for name in pairs(modules) do
        package.loaded[name] = nil
      end
      if not ok then
        error(problem, 0)
      end
    end
    local entries
    with({
      telescope = {},
      ['telescope.config'] = { values = { generic_sorter = function() end, grep_previewer = function() end } },
      ['telescope.finders'] = {
        new_table = function(options)
          entries = vim.tbl_map(options.entry_maker, options.results)
          return {}
        end,
      },
      ['telescope.actions'] = {
        close = function() end,
        select_default = {
          replace = function(_, run)
            run()
          end,
        },
      },
      ['telescope.actions.state'] = {
        get_selected_entry = function()
          return entries[2]
        end,
      },
      ['telescope.pickers'] = {
        new = function(_, options)
          return {
            find = function()
              options.attach_mappings(1)
            end,
          }
        end,
      },
    }, function()
      equal('picker', 'telescope', picker.backend())
      picker.pick('Title', items, choose)
      equal('entry', { spans, 2 }, { entries[2].filename, entries[2].lnum })
    end)
    with({
      ['fzf-lua'] = {
        fzf_exec = function(lines, options)
          equal('line', '2\ttwo words', lines[2])
          options.actions.default({ lines[2] })
        end,
      },
    }, function()
      equal('picker', 'fzf-lua', picker.backend())
      picker.pick('Title', items, choose)
    end)
    _G.Snacks = {
      picker = {
        pick = function(options)
          options.confirm({ close = function() end }, options.items[1])
        end,
      },
    }
    with({ snacks = {} }, function()
      equal('picker', 'snacks', picker.backend())
      picker.pick('Title', items, choose)
    end)
    _G.Snacks = nil
    equal('chosen', { 2, 2, 1 }, chosen)
    config.current.picker = 'select'
    with({ telescope = {} }, function()
      equal('what the user wants comes first', 'select', picker.backend())
    end)
    config.current.picker = 'auto'
  end)

  --- The line of the board that contains a part, from 1.
  local function board_line(part)
    for at, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
      if line:find(part, 1, true) then
        return at
      end
    end
  end

  local function board_text()
    return vim.api.nvim_buf_get_lines(0, 0, -1, false)
  end

  --- The status whose heading stands above a ticket.
  local function board_status(id)
    local heading
    for _, line in ipairs(board_text()) do
      heading = line:match('^%S+ (%S+)') or heading
      if line:find(id, 1, true) and line:match('^%s') then
        return heading
      end
    end
  end

  --- The heading above the line of a ticket, in the board as text.
  local function text_status(id)
    local heading
    for _, line in ipairs(board_text()) do
      heading = line:match('^## (.*)$') or heading
      if line:find(id, 1, true) then
        return heading
      end
    end
  end

  case('the board as text: a moved line is a status once it is written, and what changes elsewhere comes in', function()
    vim.cmd('silent! wall')
    vim.cmd('silent! bwipeout! ' .. vim.fn.fnameescape(spans))
    main()
    local n_clients = #vim.lsp.get_clients({ name = 'docket' })
    vim.cmd('Docket board text')
    eventually('board', function()
      return text_status('T-7k3f') == 'in-progress'
    end, board_text)
    local buffer = vim.api.nvim_get_current_buf()
    equal('no server of its own', n_clients, #vim.lsp.get_clients({ name = 'docket' }))
    eventually('attached server', function()
      return vim.lsp.get_clients({ name = 'docket', bufnr = buffer })[1]
    end)
    equal('closed ones', nil, text_status('T-9x2m'))
    vim.api.nvim_win_set_cursor(0, { board_line('T-7k3f'), 0 })
    vim.cmd('normal! dd')
    vim.api.nvim_win_set_cursor(0, { board_line('## review'), 0 })
    vim.cmd('normal! p')
    vim.cmd.write({ mods = { silent = true } })
    await_on_disk('status', spans, 'status: review')
    eventually('written board', function()
      return not vim.bo[buffer].modified and text_status('T-7k3f') == 'review'
    end, board_text)
    vim.cmd('Docket move T-7k3f in-progress')
    await_on_disk('status', spans, 'status: in-progress')
    eventually('ticket where it was', function()
      return text_status('T-7k3f') == 'in-progress'
    end, board_text)
    vim.cmd.bwipeout({ args = { tostring(buffer) }, bang = true })
  end)

  case('the board is in a buffer, and keys move a ticket', function()
    vim.cmd('silent! wall')
    vim.cmd('silent! bwipeout! ' .. vim.fn.fnameescape(spans))
    main()
    vim.cmd('Docket board')
    eventually('board', function()
      return board_status('T-7k3f') == 'in-progress'
    end, board_text)
    contains('line', 'Parse bodies that span several lines  ‹high›  @ana  due 2031-12-01  1/2', board_text()[board_line('T-7k3f')])
    equal('closed ones', nil, board_line('T-9x2m'))
    vim.api.nvim_win_set_cursor(0, { board_line('T-7k3f'), 0 })
    vim.api.nvim_feedkeys('>', 'xt', false)
    eventually('moved ticket', function()
      return board_status('T-7k3f') == 'review'
    end, board_text)
    await_on_disk('status', spans, 'status: review')
    eventually('cursor on the ticket', function()
      return vim.api.nvim_get_current_line():find('T-7k3f', 1, true)
    end, vim.api.nvim_get_current_line)
    vim.api.nvim_feedkeys('<', 'xt', false)
    eventually('ticket where it was', function()
      return board_status('T-7k3f') == 'in-progress'
    end, board_text)
  end)

  case('the board shows done ones, filters, and follows what changes elsewhere', function()
    vim.api.nvim_feedkeys('c', 'xt', false)
    eventually('done ticket', function()
      return board_status('T-9x2m') == 'done'
    end, board_text)
    vim.ui.input = function(_, done)
      done('@ana')
    end
    vim.api.nvim_feedkeys('f', 'xt', false)
    eventually('filtered board', function()
      return board_line('T-7k3f') and not board_line('T-9x2m')
    end, board_text)
    vim.ui.input = function(_, done)
      done('')
    end
    vim.api.nvim_feedkeys('f', 'xt', false)
    local other = project .. '/.docs/tickets/T-4444-elsewhere.md'
    vim.fn.writefile({ '---', 'id: T-4444', 'title: Made elsewhere', 'status: todo', '---' }, other)
    eventually('ticket from elsewhere', function()
      return board_status('T-4444') == 'todo'
    end, board_text)
    vim.fn.delete(other)
    eventually('end of it', function()
      return not board_line('T-4444')
    end, board_text)
    vim.api.nvim_feedkeys('c', 'xt', false)
  end)

  case('the board opens a ticket, and what is open is moved in its buffer', function()
    eventually('ticket on the board', function()
      return board_line('T-7k3f')
    end, board_text)
    vim.api.nvim_win_set_cursor(0, { board_line('T-7k3f'), 0 })
    vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'xt', false)
    eventually('ticket file', function()
      return vim.api.nvim_buf_get_name(0) == spans
    end)
    local buffer = vim.api.nvim_get_current_buf()
    eventually('attached server', function()
      return vim.lsp.get_clients({ name = 'docket', bufnr = buffer })[1]
    end)
    vim.cmd('Docket move T-7k3f review')
    eventually('status in the buffer', function()
      return vim.tbl_contains(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), 'status: review')
    end, function()
      return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
    end)
    vim.cmd('Docket move T-7k3f in-progress')
    eventually('status as before', function()
      return vim.tbl_contains(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), 'status: in-progress')
    end, function()
      return { shared.messages(), vim.api.nvim_buf_get_lines(buffer, 0, -1, false) }
    end)
    vim.cmd('silent write!')
  end)

  case('the card of a ticket is ticked', function()
    main()
    vim.cmd('Docket card T-7k3f')
    local window = eventually('card', function()
      for _, it in ipairs(vim.api.nvim_list_wins()) do
        if vim.api.nvim_win_get_config(it).relative ~= '' then
          return it
        end
      end
    end)
    vim.api.nvim_set_current_win(window)
    local line = eventually('criterion', function()
      return board_line('A blank comment line ends a body')
    end, board_text)
    vim.api.nvim_win_set_cursor(window, { line, 0 })
    vim.api.nvim_feedkeys(' ', 'xt', false)
    local buffer = vim.fn.bufnr(spans)
    eventually('tick in the ticket', function()
      return vim.tbl_contains(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '- [x] A blank comment line ends a body')
    end, function()
      return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
    end)
    eventually('tick in the card', function()
      return board_text()[line]:find('[x]', 1, true)
    end, board_text)
    vim.api.nvim_win_close(window, true)
    vim.api.nvim_buf_call(buffer, function()
      vim.cmd('silent undo | silent write!')
    end)
  end)

  case(':Docket completes ids, statuses, people and fields, and changes a ticket', function()
    main()
    local function completed(line)
      return vim.fn.getcompletion('Docket ' .. line, 'cmdline')
    end
    equal('ids', { 'T-7k3f' }, completed('move t-7'))
    equal('statuses', { 'review' }, completed('move T-7k3f rev'))
    equal('people', { 'ana' }, completed('assign T-7k3f a'))
    equal('fields', { 'priority=' }, completed('set T-7k3f pri'))
    equal('nothing more', {}, completed('board x'))
    vim.cmd('Docket set T-9x2m priority=low labels=old,tools')
    await_on_disk('fields', project .. '/.docs/tickets/T-9x2m-old-work.md', 'priority: low\nlabels: [old, tools]')
    vim.cmd('Docket set T-9x2m priority= labels=')
    eventually('fields taken away', function()
      return not on_disk(project .. '/.docs/tickets/T-9x2m-old-work.md'):find('priority', 1, true)
    end)
  end)

  case('what docket refuses is said', function()
    vim.cmd('Docket move T-7k3f nowhere')
    eventually('reason', function()
      for _, message in ipairs(shared.messages()) do
        if message:find('in-progress', 1, true) and message:find('nowhere', 1, true) then
          return true
        end
      end
    end, shared.messages)
  end)

  case('the statusline tells of the buffer and the project', function()
    main()
    eventually('text', function()
      return require('docket').statusline():find('^docket 4 TODOs')
    end, require('docket').statusline)
    vim.cmd.enew()
    equal('elsewhere', '', require('docket').statusline())
    main()
  end)
end
