import gc

# Imports of the SDKs and the declared resources are objects that live until the program ends. Searching them for garbage
# after every 700 new ones, Python's default, takes a quarter of the program's time.
gc.set_threshold(100_000)
