"""How long runs take, side by side with other ways of doing the same; `make bench` runs it."""
