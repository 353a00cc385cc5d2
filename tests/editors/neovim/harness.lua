--- Runs named cases one after the other and waits for things with a deadline that says what did come.

local M = { patience = tonumber(vim.env.DOCKET_TEST_PATIENCE) or 20000 }

local cases = {}

--- Declare a case. Cases run in the order of their declaration, on one Neovim.
---@param name string
---@param run fun()
function M.case(name, run)
  table.insert(cases, { name = name, run = run })
end

--- Wait until `probe` answers anything but nil and false, and give that. `seen` says what there is instead.
---@param what string
---@param probe fun(): any
---@param seen? fun(): any
function M.eventually(what, probe, seen)
  local answer
  local came = vim.wait(M.patience, function()
    answer = probe()
    return answer ~= nil and answer ~= false
  end, 20)
  if not came then
    error(('no %s within %d s; there is %s'):format(what, M.patience / 1000, vim.inspect(seen and seen() or answer)), 2)
  end
  return answer
end

---@param what string
---@param expected any
---@param actual any
function M.equal(what, expected, actual)
  if not vim.deep_equal(expected, actual) then
    error(('%s: expected %s, found %s'):format(what, vim.inspect(expected), vim.inspect(actual)), 2)
  end
end

--- Assert that a text has a part, word for word.
---@param what string
---@param part string
---@param text string?
function M.contains(what, part, text)
  if type(text) ~= 'string' or not text:find(part, 1, true) then
    error(('%s: expected to find %q in %s'):format(what, part, vim.inspect(text)), 2)
  end
end

--- Run the cases, print one line for each, and end Neovim with the outcome.
---@param only string run only the cases whose name contains this
function M.run(only)
  local passed, failed = 0, 0
  for _, case in ipairs(cases) do
    if case.name:find(only, 1, true) then
      local begun = vim.uv.hrtime()
      local ok, problem = xpcall(case.run, debug.traceback)
      local took = (vim.uv.hrtime() - begun) / 1e6
      io.stdout:write(('%s %s (%d ms)\n'):format(ok and 'ok    ' or 'FAILED', case.name, took))
      if ok then
        passed = passed + 1
      else
        failed = failed + 1
        io.stdout:write(problem, '\n')
      end
    end
  end
  local version = vim.version()
  io.stdout:write(('Neovim %d.%d.%d\n%d passed, %d failed\n'):format(version.major, version.minor, version.patch, passed, failed))
  io.stdout:flush()
  vim.cmd((failed == 0 and passed > 0) and 'qall!' or 'cquit!')
end

return M
