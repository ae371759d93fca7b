"""AWS's published rules over the requests that reach the emulator.

Three sources: botocore's model of each operation (`model`), the regular sentences of its documentation (`documentation`),
and a few relations between members that only AWS's error messages state (`relations`). `refusal` lays them over moto.
"""
