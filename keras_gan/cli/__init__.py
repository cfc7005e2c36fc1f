"""The command line: one command per file. `main.py` finds the command; help and tables import no TensorFlow."""
