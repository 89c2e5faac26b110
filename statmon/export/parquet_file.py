"""Parquet, where its library is installed (``pip install 'statmon[parquet]'``)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from statmon.export.table import Column, Row


class NoParquet(Exception):
    """The library for Parquet is not installed."""

    def __init__(self) -> None:
        super().__init__("Parquet needs one more library: pip install 'statmon[parquet]'")


class ParquetWriter:
    """Writes a table as Parquet, a row group a portion."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        """Begin the file.

        Raises:
            NoParquet: the library is missing.
            OSError: the file cannot be written.
        """
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise NoParquet from None
        types = {"text": pyarrow.string(), "number": pyarrow.float64(), "whole": pyarrow.int64()}
        self._arrow: Any = pyarrow
        self._schema = pyarrow.schema([(column.name, types[column.type]) for column in columns])
        self._writer = pyarrow.parquet.ParquetWriter(str(path), self._schema, compression="zstd")

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows."""
        if rows:
            arrays = [
                self._arrow.array(column, field.type)
                for column, field in zip(zip(*rows, strict=True), self._schema, strict=True)
            ]
            self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
