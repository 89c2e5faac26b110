"""statmon: a desktop monitor for contact-centre statistics.

The layers, from the ground up: ``domain`` (plain data), ``bayeux`` (a CometD client),
``service`` (the Statistics service as a client sees it), ``live`` (the newest readings),
``storage`` (files), ``engine`` (all of these put together), ``ui`` and ``app`` (the window),
``cli`` (the command line). ``simulator`` stands beside them and imports only ``domain``.
"""

__version__ = "0.1.0"
