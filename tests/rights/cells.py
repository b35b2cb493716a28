"""Tables as they were sent: whether their bytes hold more than their cells show."""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def tables(messages: Iterable[ForwardMsg]) -> Iterator[pa.Table]:
    """Every table in the messages."""
    for message in messages:
        element = message.delta.new_element
        data = (element.dataframe if element.HasField("dataframe") else element.table).arrow_data.data
        if data:
            with pa.ipc.open_stream(data) as stream:
                yield stream.read_all()


def behind_nulls(table: pa.Table) -> list[str]:
    """The columns that carry anything in a cell which is null: Arrow sends it, whoever shows it or not."""
    return [
        name
        for name, column in zip(table.column_names, table.columns, strict=True)
        if any(_carries(chunk) for chunk in column.chunks if chunk.null_count and not pa.types.is_null(chunk.type))
    ]


def _carries(chunk: pa.Array) -> bool:
    is_null = np.asarray(chunk.is_null())
    begins, ends = chunk.offset, chunk.offset + len(chunk)
    _valid, values, *letters = chunk.buffers()
    if letters:
        width = "<i8" if pa.types.is_large_string(chunk.type) or pa.types.is_large_binary(chunk.type) else "<i4"
        offsets = np.frombuffer(values, width)[begins : ends + 1]
        return bool(np.diff(offsets)[is_null].any())
    if pa.types.is_boolean(chunk.type):
        return bool(np.unpackbits(np.frombuffer(values, np.uint8), bitorder="little")[begins:ends][is_null].any())
    cells = np.frombuffer(values, np.uint8).reshape(-1, chunk.type.bit_width // 8)[begins:ends]
    return bool(cells[is_null].any())
