"""Notices as questions that are data, with what is asked when: the EDPB's common template for notifying a breach
(`draft_1_0.toml`), and two forms of our own on the same numbers, for others who are told of it and for a controller."""
