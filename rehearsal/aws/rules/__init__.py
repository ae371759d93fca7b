"""AWS's published rules on the requests that reach the emulator.

They have three sources: botocore's model of each operation (`model`), the regular sentences of its documentation
(`documentation`), and relations between members that only AWS's error messages state (`relations`). `refusal` applies them
before moto handles a request.
"""
