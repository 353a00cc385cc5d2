--- Lists to choose from, in the user's own picker: Telescope, fzf-lua or snacks where one is there, else `vim.ui.select`.

local config = require('docket.config')

local M = {}

---@class docket.Item
---@field text string what is shown and searched
---@field value any
---@field file? string for a preview
---@field lnum? integer from 1
---@field col? integer bytes, from 1

---@param module string
---@return boolean
local function has(module)
  return package.loaded[module] ~= nil or pcall(require, module)
end

--- Which picker there is, the one that is wanted first.
---@return string
function M.backend()
  local wanted = config.current.picker
  if wanted ~= 'auto' then
    return wanted
  end
  if has('telescope') then
    return 'telescope'
  elseif has('fzf-lua') then
    return 'fzf-lua'
  elseif has('snacks') and rawget(_G, 'Snacks') and Snacks.picker then
    return 'snacks'
  end
  return 'select'
end

local backends = {}

function backends.select(title, items, choose)
  vim.ui.select(items, {
    prompt = title,
    kind = 'docket',
    format_item = function(item)
      return item.text
    end,
  }, function(item)
    if item then
      choose(item)
    end
  end)
end

function backends.telescope(title, items, choose)
  local actions, state = require('telescope.actions'), require('telescope.actions.state')
  local values = require('telescope.config').values
  require('telescope.pickers')
    .new({}, {
      prompt_title = title,
      finder = require('telescope.finders').new_table({
        results = items,
        entry_maker = function(item)
          return { value = item, display = item.text, ordinal = item.text, filename = item.file, lnum = item.lnum, col = item.col }
        end,
      }),
      sorter = values.generic_sorter({}),
      previewer = items[1] and items[1].file and values.grep_previewer({}) or nil,
      attach_mappings = function(prompt)
        actions.select_default:replace(function()
          local entry = state.get_selected_entry()
          actions.close(prompt)
          if entry then
            choose(entry.value)
          end
        end)
        return true
      end,
    })
    :find()
end

backends['fzf-lua'] = function(title, items, choose)
  -- fzf gives lines back: a number in front says which item one was
  local lines = {}
  for at, item in ipairs(items) do
    table.insert(lines, ('%d\t%s'):format(at, (item.text:gsub('[\t\n]', ' '))))
  end
  require('fzf-lua').fzf_exec(lines, {
    prompt = title .. '> ',
    fzf_opts = { ['--delimiter'] = '\t', ['--with-nth'] = '2..' },
    actions = {
      ['default'] = function(selected)
        local at = selected and selected[1] and tonumber(selected[1]:match('^%d+'))
        if at and items[at] then
          choose(items[at])
        end
      end,
    },
  })
end

function backends.snacks(title, items, choose)
  local shown = {}
  for at, item in ipairs(items) do
    table.insert(shown, { idx = at, text = item.text, value = item, file = item.file, pos = item.lnum and { item.lnum, (item.col or 1) - 1 } or nil })
  end
  Snacks.picker.pick({
    title = title,
    items = shown,
    format = 'text',
    confirm = function(picker, chosen)
      picker:close()
      if chosen then
        choose(chosen.value)
      end
    end,
  })
end

--- Have the user choose one of the items.
---@param title string
---@param items docket.Item[]
---@param choose fun(item: docket.Item)
function M.pick(title, items, choose)
  if #items == 0 then
    vim.notify('docket: nothing to choose from')
    return
  end
  backends[M.backend()](title, items, choose)
end

return M
