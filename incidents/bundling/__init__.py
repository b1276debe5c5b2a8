"""Many like breaches in a short time may be told in one joint notice (EDPB Guidelines 9/2022, II.B.3). One case leads
and carries the notice; each of the others keeps its own record, its own clock and its own lateness.
"""
