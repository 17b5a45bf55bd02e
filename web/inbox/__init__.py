"""待办 and the task page: what waits for whom, and doing it."""

from web.inbox.pages import make_blueprint

__all__ = ["make_blueprint"]
