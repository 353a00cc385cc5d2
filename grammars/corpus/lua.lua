-- TODO: yes, a line
--[[ TODO: yes, a block
  that goes on ]] local a = "-- TODO: no" -- TODO: yes, after a string
--[==[ TODO: yes ]] TODO: yes, with a level ]==] local b = '-- TODO: no'
local c = [[-- TODO: no]] -- TODO: yes, after a long string
local d = [=[
-- TODO: no ]]
]=] -- TODO: yes
local e = "a \" -- TODO: no" -- TODO: yes
local f = t[t[1]] -- TODO: yes, after an index
local g = #[[-- TODO: no]] -- TODO: yes, after a length
local h = "a\z
   -- TODO: no" --- TODO: yes, three dashes
local i = 1 - -1 -- TODO: yes
--[ TODO: yes, a line after all
-- TODO: yes, a body
--   that goes on
