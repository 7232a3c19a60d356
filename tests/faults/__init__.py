"""Faults: the real program on a durable server of its own, under load, with something broken on purpose.

Everything waits by asking, never by sleeping out a time; every random choice comes from a seed that is printed
(`ROUNDTABLE_FAULT_SEED` gives it again). What a machine can't do says "not run: why".
"""
