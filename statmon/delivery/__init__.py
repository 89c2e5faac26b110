"""How alerts reach somebody who looks elsewhere: the desktop's notices, sounds, a webhook.

What is told is decided in ``alerts``, to whom is the user's choice
(``storage.user.alert_delivery``). It knows no Qt: the window is told of what came back, and says
what could not be done.
"""
