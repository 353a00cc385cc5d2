-- Shows docket in a sample project. The user's own configuration has been read before this.
local tour = vim.env.DOCKET_TOUR
vim.opt.runtimepath:prepend(tour .. '/nvim')
vim.cmd.runtime('plugin/docket.lua')

vim.diagnostic.config({ virtual_text = true, underline = true, signs = true })
require('docket').setup({ cmd = { vim.env.DOCKET_TOUR_PROGRAM, 'lsp' } })

-- Neovim has these keys from 0.11 on; where nobody has taken them the tour brings them along.
local keys = {
  gra = vim.lsp.buf.code_action,
  grr = vim.lsp.buf.references,
  grn = vim.lsp.buf.rename,
  gd = vim.lsp.buf.definition,
}
for key, action in pairs(keys) do
  if vim.fn.maparg(key, 'n') == '' then
    vim.keymap.set('n', key, action, { desc = 'docket tour' })
  end
end
vim.o.number = true

vim.cmd.edit('src/main.rs')
if vim.o.lines >= 28 then
  vim.cmd('botright 10split .docs/tour.md')
  vim.wo.number = false
  vim.cmd.wincmd('p')
end
