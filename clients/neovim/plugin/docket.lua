--- Registers `:Docket`. The server starts only after `require('docket').setup()`.

if vim.g.loaded_docket then
  return
end
vim.g.loaded_docket = true

vim.api.nvim_create_user_command('Docket', function(args)
  require('docket.command').run(args)
end, {
  nargs = '*',
  desc = 'docket: tickets and TODOs of this project',
  complete = function(lead, line)
    return require('docket.command').complete(lead, line)
  end,
})
