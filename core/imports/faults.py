"""What a reader of cells raises."""


class ValueFault(Exception):
    """A cell that cannot be taken. `message` is one sentence: what is wrong, how to mend it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
