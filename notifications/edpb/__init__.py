"""The EDPB's common template for notifying a breach: questions as data, with what is asked when (`draft_1_0.toml`)."""
