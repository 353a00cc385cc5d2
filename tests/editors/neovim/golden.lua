--- The golden project: a brief is planned by a model, one sentence of it is changed, and what followed
--- from that sentence is brought in line by what the model proposes and a person accepts.

local harness = require('harness')
local case, eventually, equal, contains = harness.case, harness.eventually, harness.equal, harness.contains

---@param golden string the project's folder
---@param messages fun(): string[]
return function(golden, messages)
  local docs = golden .. '/.docs/'

  local function open(path)
    vim.cmd.edit(vim.fn.fnameescape(path))
    return vim.api.nvim_get_current_buf()
  end

  local function text(buffer)
    return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n')
  end

  local function outdated(buffer)
    return vim.tbl_filter(function(it)
      return it.code == 'outdated'
    end, vim.diagnostic.get(buffer))
  end

  --- What is out of line, as `:Docket align` lists it.
  local function aligned()
    vim.fn.setqflist({}, 'f')
    vim.cmd('Docket align')
    vim.wait(2000, function()
      return vim.fn.getqflist({ title = true }).title == 'docket align'
    end)
    vim.cmd.cclose()
    return vim.tbl_map(function(it)
      return it.text
    end, vim.fn.getqflist())
  end

  --- Have each question answered with this choice; gives what was asked.
  local function choosing(choice)
    local asked = {}
    vim.ui.select = function(items, options, choose)
      table.insert(asked, options.prompt)
      for _, item in ipairs(items) do
        if options.format_item(item):find(choice, 1, true) then
          choose(item)
          return
        end
      end
      choose(nil)
    end
    return asked
  end

  --- The finding of a buffer mended by the code action, as a person takes it.
  local function update(buffer, expected)
    vim.api.nvim_set_current_buf(buffer)
    local found = eventually('outdated', function()
      return outdated(buffer)[1]
    end, function()
      return vim.diagnostic.get(buffer)
    end)
    vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
    vim.lsp.buf.code_action({
      apply = true,
      filter = function(action)
        return action.title == 'Update from this change'
      end,
    })
    eventually(expected, function()
      return text(buffer):find(expected, 1, true)
    end, function()
      return { text(buffer), messages() }
    end)
    eventually('end of outdated', function()
      return #outdated(buffer) == 0
    end, function()
      return outdated(buffer)
    end)
  end

  case('the golden project: a brief is planned, changed, and what followed is brought in line', function()
    local brief = open(docs .. 'brief.md')
    eventually('server', function()
      local client = vim.lsp.get_clients({ name = 'docket', bufnr = brief })[1]
      return client and client.initialized
    end)
    local asked = choosing('Accept')
    vim.cmd('Docket plan')
    eventually('requirements', function()
      return vim.fn.filereadable(docs .. 'requirements.md') == 1
    end, function()
      return { asked, messages() }
    end)
    contains('the question', 'Plan', asked[1])
    local tickets = eventually('tickets', function()
      local all = vim.fn.glob(docs .. 'tickets/*.md', true, true)
      return #all == 7 and all
    end)
    equal('at first', {}, aligned())

    -- typed, and not saved
    vim.api.nvim_set_current_buf(brief)
    local line = vim.fn.search('is lent for three weeks')
    vim.api.nvim_buf_set_lines(brief, line - 1, line, true, { 'A book is lent for four weeks.' })
    local requirements = open(docs .. 'requirements.md')
    eventually('one requirement', function()
      return #outdated(requirements) == 1
    end, function()
      return outdated(requirements)
    end)
    local marked = aligned()
    equal('the requirement, and behind it its ticket', 2, #marked)
    update(requirements, 'has it for four weeks')
    equal('the ticket is left', 1, #aligned())
    local ticket
    for _, path in ipairs(tickets) do
      if table.concat(vim.fn.readfile(path), '\n'):find('for three weeks', 1, true) then
        ticket = open(path)
      end
    end
    update(ticket, 'has it for four weeks')
    equal('in the end', {}, aligned())
    -- who wrote it stands in the file
    contains('ticket', 'generated:', text(ticket))
    vim.cmd('silent! wall')
  end)

  case('the golden project: who writes into a discussion is answered', function()
    open(docs .. 'brief.md')
    local ticket = vim.fn.fnamemodify(vim.fn.glob(docs .. 'tickets/*.md', true, true)[1], ':t'):match('^T%-%w+')
    local asked = choosing('Join')
    vim.cmd('Docket discuss ' .. ticket .. ' backend frontend')
    local buffer = eventually('the discussion', function()
      local here = vim.api.nvim_get_current_buf()
      return vim.api.nvim_buf_get_name(here):find('docket://discussion/P-', 1, true) and here
    end, function()
      return { asked, messages() }
    end)
    contains('what was said', 'That is enough for the desk.', text(buffer))
    equal('the cursor is where the person has their turn', vim.api.nvim_buf_line_count(buffer), vim.api.nvim_win_get_cursor(0)[1])
    -- what was said before stays
    vim.api.nvim_buf_set_lines(buffer, 2, 3, true, { '**backend**: Nothing.' })
    vim.cmd('write')
    eventually('the refusal', function()
      return vim.bo[buffer].modified and table.concat(messages(), '\n'):find('is missing; write below it instead', 1, true)
    end, messages)
    vim.cmd('silent undo')
    vim.api.nvim_buf_set_lines(buffer, -1, -1, true, { 'When is it due?' })
    vim.cmd('write')
    eventually('the answers', function()
      return text(buffer):find('Good: the desk can print it.', 1, true)
    end, function()
      return { text(buffer), messages() }
    end)
    contains('the person', '**a person**: When is it due?', text(buffer))
    equal('nothing is left to write', false, vim.bo[buffer].modified)
    contains('it waits', 'waits: 1 page', table.concat(messages(), '\n'))
    vim.cmd('bwipeout!')
  end)
end
