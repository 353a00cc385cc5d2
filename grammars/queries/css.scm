(comment) @block
