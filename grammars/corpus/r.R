#!/usr/bin/env Rscript
# TODO: yes r line
#' TODO: yes r roxygen
f <- function(x) { # TODO: yes r after code
  s <- "# TODO: no"
  t <- '# TODO: no'
  u <- r"(# TODO: no " )" # TODO: yes r after a raw string
  v <- R"--[# TODO: no ]" ]--" # TODO: yes r after a dashed raw string
  w <- "several
# TODO: no
lines" # TODO: yes r after several lines
  `# TODO: no` <- 1
  x %in% c("a\"# TODO: no") # TODO: yes r after an escape
}
## TODO: yes r with two signs
