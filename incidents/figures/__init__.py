"""How long it took and what caused it: few numbers over the cases that one reader may see, and their pictures."""
