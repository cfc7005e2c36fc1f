"""Trained generators on their way out: one file per format, and the comparison that each export has to pass.

`gan.export(filepath, format)` is the way in; `formats` holds the table of formats, `writing` what they have in common.
Nothing is imported before it is used: a client needs no TensorFlow.
"""

import lazy_loader

_MODULES = ["card", "client", "formats", "notes", "parity", "runtimes", "serving", "writing"]

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, _MODULES, {"writing": ["NEXT", "Exported", "write"]})
