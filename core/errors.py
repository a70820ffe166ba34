"""What an action raises when a rule of the programme forbids what was asked."""


class RuleError(Exception):
    """A broken rule, told to the user.

    `message` is one Chinese sentence: what is wrong and how to mend it.
    `field` names the form field it belongs to, or is empty.
    `about` is the row in the way, where a page can lead to it.
    """

    def __init__(self, message: str, *, field: str = "", about: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.about = about
