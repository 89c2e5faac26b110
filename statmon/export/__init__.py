"""The history as tables: CSV, XLSX or Parquet, a row a reading or a row an interval.

``rows`` and ``intervals`` say what is in a table, the writers how it is written. Reads a history,
and may read one that another statmon is recording. Knows no command line and no window.
"""
