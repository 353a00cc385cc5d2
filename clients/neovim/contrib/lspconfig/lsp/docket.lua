---@brief
---
--- https://github.com/docket-dev/docket
---
--- Tickets and TODOs of a repository, live in the editor: the state of a TODO's ticket, findings,
--- code actions that make a ticket of a TODO. docket's own plugin, in `clients/neovim` of its
--- repository, adds a board, pickers and signs.
---
--- It serves files of every type inside a project: a folder with `.docs`, else with `.git`.

---@type vim.lsp.Config
return {
  cmd = { 'docket', 'lsp' },
  root_markers = { '.docs', '.git' },
  workspace_required = true,
}
