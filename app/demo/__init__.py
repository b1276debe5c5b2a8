"""A fictitious company with a year behind it: 39 incidents told by the real verbs, at the moments they would happen.

`stories/*.toml` hold the texts, `plots` what people did and when, `filling` plays all of it in order.
"""
