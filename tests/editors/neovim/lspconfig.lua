--- The entry for nvim-lspconfig, without the plugin: `vim.lsp.enable('docket')` and a file of a project.

local here = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h')
package.path = here .. '/?.lua;' .. package.path
local harness = require('harness')
local case, eventually, equal = harness.case, harness.eventually, harness.equal
local project = vim.env.DOCKET_TEST_PROJECT

case('the entry for nvim-lspconfig starts the server at the project', function()
  vim.lsp.enable('docket')
  vim.cmd.edit(project .. '/src/main.rs')
  local client = eventually('client', function()
    return vim.lsp.get_clients({ name = 'docket', bufnr = 0 })[1]
  end)
  equal('root', project, client.root_dir)
  eventually('finding', function()
    return vim.tbl_contains(vim.tbl_map(function(it)
      return it.code
    end, vim.diagnostic.get(0)), 'unknown-ticket')
  end)
end)

case('outside a project it does not start', function()
  local path = vim.fn.tempname() .. '.rs'
  vim.fn.writefile({ '// TODO: nobody asked' }, path)
  vim.cmd.edit({ path, bang = true })
  vim.wait(300)
  equal('clients', 0, #vim.lsp.get_clients({ name = 'docket', bufnr = 0 }))
end)

vim.schedule(function()
  harness.run('')
end)
