"""Files from users: what they are is found from their content, and they are cleaned."""

from core.uploads.inspection import DOCUMENTS, IMAGES, CleanUpload, inspect_upload

__all__ = ["DOCUMENTS", "IMAGES", "CleanUpload", "inspect_upload"]
