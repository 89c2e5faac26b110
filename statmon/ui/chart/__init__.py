"""Charts: what was measured, drawn over time, and nothing that was not.

Takes in readings, history and the workspace's charts; draws on the pulse's ticks. pyqtgraph is
imported only by the modules that draw, after the window's first frame. It knows neither the
service nor the connection, and nothing outside imports more of it than ``charts``.
"""
