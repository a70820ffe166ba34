"""Forms of the register, and the fields with which every app asks for organisations."""

__all__: list[str] = []
