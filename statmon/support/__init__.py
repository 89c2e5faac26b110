"""What a help desk asks for: the doctor's checks and the support bundle.

Judging is pure (``verdicts``); looking at the machine and the service is done elsewhere
(``machine``, ``connection``) and handed in. Knows no Qt: what the window can say of itself is
given to it.
"""
