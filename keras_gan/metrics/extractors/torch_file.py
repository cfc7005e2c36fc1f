"""Reads the weights in a `.pth` file into NumPy, without PyTorch and without running anything that is in it.

A `.pth` file is a pickle of tensors that points at raw memory: in the old format (before 2020) the memory follows the
pickle, in the new one both are members of a zip archive. The unpickler below knows the few names that such a pickle
needs, and refuses every other.
"""

import collections
import pickle
import zipfile

import numpy as np

_MAGIC = 0x1950A86A20F9469CFC6C  # begins the old format
_DTYPES = {
    "DoubleStorage": "<f8", "FloatStorage": "<f4", "HalfStorage": "<f2", "LongStorage": "<i8", "IntStorage": "<i4",
    "ShortStorage": "<i2", "CharStorage": "i1", "ByteStorage": "u1", "BoolStorage": "?",
}  # fmt: skip
_DAMAGES = (pickle.UnpicklingError, zipfile.BadZipFile, EOFError, LookupError, TypeError, ValueError, AttributeError)


def read(path):
    """The tensors of a state dict.

    Args:
        path: file written by `torch.save(module.state_dict(), path)`, of either format.

    Returns:
        dict of NumPy arrays by name.

    Raises:
        ValueError: another kind of file, a damaged one, or one that holds more than tensors.
    """
    try:
        found = _read_zip(path) if zipfile.is_zipfile(path) else _read_old(path)
    except _DAMAGES as error:
        raise ValueError(
            f"{path} cannot be read as PyTorch weights ({error}). Expected the file of a state dict, nothing else in "
            "it; download it again if it was cut short."
        ) from error
    return {name: array for name, array in found.items() if isinstance(array, np.ndarray)}


def _read_zip(path):
    with zipfile.ZipFile(path) as archive:
        pickled = [name for name in archive.namelist() if name.endswith("/data.pkl")][0]
        folder = pickled.removesuffix("data.pkl")
        with archive.open(pickled) as file:
            unpickler = _Unpickler(file)
            found = unpickler.load()
        for key, memory in unpickler.memories.items():
            memory[:] = np.frombuffer(archive.read(f"{folder}data/{key}"), memory.dtype)
    return found


def _read_old(path):
    with open(path, "rb") as file:
        if _Unpickler(file).load() != _MAGIC:
            raise pickle.UnpicklingError("its first number is not that of PyTorch")
        _Unpickler(file).load(), _Unpickler(file).load()  # version of the format, sizes of the machine's integers
        unpickler = _Unpickler(file)
        found = unpickler.load()
        for key in _Unpickler(file).load():
            memory = unpickler.memories[key]
            file.read(8)  # its length, once more
            memory[:] = np.frombuffer(file.read(memory.nbytes), memory.dtype)
    return found


class _Unpickler(pickle.Unpickler):
    """Makes arrays over memory that is filled in afterwards."""

    def __init__(self, file):
        super().__init__(file)
        self.memories = {}

    def find_class(self, module, name):
        if module == "torch" and name in _DTYPES:
            return np.dtype(_DTYPES[name])
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which weights do not need")
        return _KNOWN[module, name]

    def persistent_load(self, pid):
        _, dtype, key, _, length = pid[:5]
        return self.memories.setdefault(key, np.zeros(length, dtype))


def _tensor(memory, offset, shape, strides, *_):
    """An array over a part of the memory; NumPy refuses a part that reaches beyond it."""
    size = memory.itemsize
    return np.ndarray(shape, memory.dtype, memory, offset * size, [stride * size for stride in strides])


def _parameter(tensor, *_):
    return tensor


_KNOWN = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
}
