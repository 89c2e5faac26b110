"""The cookie jar that REST calls and notifications share."""

from http.cookiejar import Cookie, CookieJar


class SiteCookies(CookieJar):
    """A jar in which a cookie without a path belongs to the whole host.

    The service binds its subscriptions to a cookie that it sets on a CometD answer. Browsers
    would take a cookie without a path for one of ``/statistics/v3/notifications`` alone and
    never show it to the REST calls; the official clients send it everywhere. A path that the
    service does write is obeyed, by them and here (reference §2.5, §9).
    """

    def set_cookie(self, cookie: Cookie) -> None:
        """Keep a cookie."""
        if not cookie.path_specified:
            cookie.path = "/"
        super().set_cookie(cookie)
