{-# LANGUAGE OverloadedStrings #-}
-- TODO: yes haskell line
{- TODO: yes haskell block {- nested -} still
   the body -}
module Main (main) where

-- | Haddock.
--   TODO: yes haskell haddock
import qualified Data.Map as M -- TODO: yes haskell after code

(-->) :: Int -> Int -> Int
a --> b = a + b
f = a |-- "TODO: no"
  where (|--) = const

s, t :: String
s = "-- TODO: no"
t = "a\
    \-- TODO: no\
    \{- TODO: no -}"
c' = '"' -- TODO: yes haskell after a quote
d = '\'' -- TODO: yes haskell after an escaped quote
foldl' = f' 1 -- TODO: yes haskell after a prime
--- TODO: yes haskell with three dashes
--------
-- TODO: yes haskell after a rule
e = 1 {- TODO: yes haskell in code -} + 2
main = print "\\" -- TODO: yes haskell after a backslash
