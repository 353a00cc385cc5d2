(comment) @line
