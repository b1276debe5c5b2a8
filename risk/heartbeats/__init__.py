"""Heartbeats: machines say how their jobs went, silence is noticed, and a control is answered for by its machine."""
