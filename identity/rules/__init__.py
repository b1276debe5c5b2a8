"""Read and sign: the company's rules in versions, who has signed which, and who is reminded (clause 12.2)."""
