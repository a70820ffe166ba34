"""Files that come with a report."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Activity, Attachment
from core import audit
from core.errors import RuleError
from core.uploads import CleanUpload, inspect_upload


def add_attachment(activity: Activity, *, file: Any, by: User) -> Attachment:
    """Keep one uploaded file; the same file again is the one already there.

    What it is is found from its content; position and camera data are stripped from pictures.
    RuleError in words for a file that is too large, of no allowed type, or one too many.
    """
    # Cleaning a picture takes its time: nothing is locked meanwhile.
    return _keep(activity, inspect_upload(file), by)


@transaction.atomic
def _keep(activity: Activity, upload: CleanUpload, by: User) -> Attachment:
    locked = _lock_open(activity)
    same = locked.attachments.filter(sha256=upload.sha256).first()
    if same:
        return same
    if locked.attachments.count() >= settings.UPLOAD_MAX_FILES:
        raise RuleError(
            _("“%(name)s”没有上传：最多 %(most)d 个附件，请先移除不要的。")
            % {"name": upload.name, "most": settings.UPLOAD_MAX_FILES}
        )
    attachment = locked.attachments.create(
        name=upload.name,
        # The name on the disk says nothing and cannot be guessed.
        file=ContentFile(upload.content, name=f"{uuid4().hex}.{upload.extension}"),
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        uploaded_by=by,
    )
    audit.record(
        "activities.add_attachment",
        locked,
        by=by,
        after={"file": attachment.name, "sha256": attachment.sha256},
    )
    return attachment


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: User) -> None:
    """Take a file off an open report; the file itself goes once that is certain."""
    locked = _lock_open(attachment.activity)
    found = locked.attachments.filter(pk=attachment.pk).first()
    if found is None:
        return
    storage, name = found.file.storage, found.file.name
    before = {"file": found.name, "sha256": found.sha256}
    found.delete()
    audit.record("activities.remove_attachment", locked, by=by, before=before)
    transaction.on_commit(lambda: storage.delete(name))


def _lock_open(activity: Activity) -> Activity:
    locked = Activity.objects.select_for_update().get(pk=activity.pk)
    if not locked.is_open:
        raise RuleError(
            _("这份报送现在是“%s”，不能再改附件；要改请先撤回。") % locked.get_status_display()
        )
    return locked
