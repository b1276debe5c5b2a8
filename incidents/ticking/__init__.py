"""The tick in its steps: raise what is due, tell the people, ask the second channel, note what a relay took.

Each step is a short transaction that finds its work in the tables. Killed between two of them, the next tick goes on.
"""
