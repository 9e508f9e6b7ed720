"""States as bytes: msgpack, with arrays as compressed, typed blobs. Nothing is ever unpickled."""

from __future__ import annotations

import zlib
from typing import Any, TypeVar, get_origin

import msgspec
import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Array = NDArray[Any]
"""Annotation for array fields of states; dtype and shape travel with the data."""


def _encode(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        data = zlib.compress(np.ascontiguousarray(value).tobytes(), 1)
        return [value.dtype.str, list(value.shape), data]
    raise NotImplementedError(f"cannot store {type(value).__name__}")


def _decode(kind: type, value: Any) -> Any:
    if kind is np.ndarray or get_origin(kind) is np.ndarray:
        dtype, shape, data = value
        if np.dtype(dtype).hasobject:
            raise ValueError("an array of objects is never loaded")
        return np.frombuffer(zlib.decompress(data), np.dtype(dtype)).reshape(shape).copy()
    raise NotImplementedError(f"cannot load {kind}")


def dumps(value: Any) -> bytes:
    """Return a msgspec struct (which may hold arrays) as msgpack."""
    return msgspec.msgpack.encode(value, enc_hook=_encode)


def loads(data: bytes, kind: type[T]) -> T:
    """Return the struct of type `kind` that `dumps` wrote.

    Raises:
        msgspec.ValidationError: the bytes are another struct.
    """
    return msgspec.msgpack.decode(data, type=kind, dec_hook=_decode)
