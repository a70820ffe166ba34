"""Files of a report: kept, refused, removed, served."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.rights import Role
from activities import actions
from activities.models import Attachment
from core.errors import RuleError
from core.models import AuditRecord
from tests.factories.activities import AttachmentFactory, draft_of, sent_activity
from tests.factories.organisations import OrganisationFactory, user_with

pytestmark = pytest.mark.django_db


def picture(name="合影.jpg", colour="red"):
    stream = BytesIO()
    Image.new("RGB", (8, 8), colour).save(stream, "JPEG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/jpeg")


@pytest.fixture
def unit():
    return OrganisationFactory()


@pytest.fixture
def liaison(client, unit):
    user = user_with(Role.LIAISON, unit)
    client.force_login(user)
    return user


@pytest.fixture
def draft(unit, liaison):
    return draft_of(unit, OrganisationFactory(), by=liaison)


def test_picture_is_kept_under_its_own_type(draft, liaison):
    kept = actions.add_attachment(draft, file=picture(), by=liaison)

    assert (kept.name, kept.content_type) == ("合影.jpg", "image/jpeg")
    assert kept.file.size == kept.size
    assert AuditRecord.objects.get(verb="activities.add_attachment").after == {
        "file": "合影.jpg",
        "sha256": kept.sha256,
    }


def test_same_picture_is_kept_once(draft, liaison):
    first = actions.add_attachment(draft, file=picture(), by=liaison)

    again = actions.add_attachment(draft, file=picture("又一份.jpg"), by=liaison)

    assert again == first
    assert draft.attachments.count() == 1


def test_one_file_too_many_is_refused(draft, liaison, settings):
    settings.UPLOAD_MAX_FILES = 1
    actions.add_attachment(draft, file=picture(), by=liaison)

    with pytest.raises(RuleError) as caught:
        actions.add_attachment(draft, file=picture("多.jpg", "blue"), by=liaison)

    assert caught.value.message == "“多.jpg”没有上传：最多 1 个附件，请先移除不要的。"


def test_files_of_a_sent_report_stay(unit, liaison):
    sent = sent_activity(unit, OrganisationFactory(), by=liaison)
    attachment = AttachmentFactory(activity=sent)
    message = "这份报送现在是“已报送”，不能再改附件；要改请先撤回。"

    with pytest.raises(RuleError) as adding:
        actions.add_attachment(sent, file=picture(), by=liaison)
    with pytest.raises(RuleError) as removing:
        actions.remove_attachment(attachment, by=liaison)

    assert (adding.value.message, removing.value.message) == (message, message)
    assert list(sent.attachments.all()) == [attachment]


def test_removed_file_leaves_the_disk(draft, liaison, django_capture_on_commit_callbacks):
    attachment = AttachmentFactory(activity=draft)
    storage, name = attachment.file.storage, attachment.file.name

    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_attachment(attachment, by=liaison)
        actions.remove_attachment(attachment, by=liaison)

    assert storage.exists(name) is False
    assert AuditRecord.objects.filter(verb="activities.remove_attachment").count() == 1


def test_attachment_add_tells_what_it_refused_and_keeps_the_rest(client, draft, settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    program = SimpleUploadedFile("照片.jpg", b"MZ" + bytes(100), "image/jpeg")
    large = SimpleUploadedFile("大图.jpg", bytes(1024 * 1024 + 1), "image/jpeg")

    response = client.post(
        reverse("activities:attachment_add", args=[draft.pk]),
        {"files": [program, large, picture()]},
        headers={"HX-Request": "true"},
    )

    assert response.context["errors"] == [
        "“照片.jpg”没有上传：它是程序文件，只能上传 JPG、PNG、WebP、PDF、"
        "Word（.docx）、Excel（.xlsx）、ODS。",
        "“大图.jpg”没有上传：超过 1 MB，请压缩图片或拆分文件后再上传。",
    ]
    assert [row.name for row in draft.attachments.all()] == ["合影.jpg"]


def test_attachment_add_without_script_goes_back_to_the_form(client, draft):
    empty = SimpleUploadedFile("空.pdf", b"", "application/pdf")

    response = client.post(
        reverse("activities:attachment_add", args=[draft.pk]),
        {"files": [empty, picture()]},
        follow=True,
    )

    assert response.redirect_chain == [(reverse("activities:activity_form", args=[draft.pk]), 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "“空.pdf”没有上传：文件是空的，请确认已保存内容后重新上传。"
    ]
    assert draft.attachments.count() == 1


def test_attachment_remove_answers_with_what_is_left(client, draft):
    gone, kept = AttachmentFactory(activity=draft), AttachmentFactory(activity=draft)

    response = client.post(
        reverse("activities:attachment_remove", args=[gone.pk]), headers={"HX-Request": "true"}
    )

    assert list(response.context["attachments"]) == [kept]


def test_attachment_download_is_a_download_of_its_real_type(client, draft):
    attachment = AttachmentFactory(activity=draft, name="现场 1.jpg")

    response = client.get(reverse("activities:attachment_download", args=[attachment.pk]))

    assert response.getvalue() == b"picture"
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E7%8E%B0%E5%9C%BA%201.jpg"
    )


def test_attachment_download_of_a_lost_file_says_whom_to_ask(client, draft):
    attachment = AttachmentFactory(activity=draft)
    attachment.file.storage.delete(attachment.file.name)

    response = client.get(
        reverse("activities:attachment_download", args=[attachment.pk]), follow=True
    )

    assert [str(message) for message in response.context["messages"]] == [
        "附件“现场.jpg”已不在服务器上，请联系系统管理员从备份恢复。"
    ]


def test_attachment_of_another_units_draft_is_not_there(client, draft):
    attachment = AttachmentFactory(activity=draft)
    client.force_login(user_with(Role.LIAISON, OrganisationFactory()))

    download = client.get(reverse("activities:attachment_download", args=[attachment.pk]))
    removal = client.post(reverse("activities:attachment_remove", args=[attachment.pk]))
    addition = client.post(reverse("activities:attachment_add", args=[draft.pk]))

    assert (download.status_code, removal.status_code, addition.status_code) == (404, 404, 404)
    assert Attachment.objects.count() == 1


def test_joint_unit_reads_but_does_not_remove(client, unit, liaison):
    partner = OrganisationFactory()
    sent = sent_activity(unit, partner, by=liaison)
    attachment = AttachmentFactory(activity=sent)
    client.force_login(user_with(Role.LIAISON, partner))

    download = client.get(reverse("activities:attachment_download", args=[attachment.pk]))
    removal = client.post(reverse("activities:attachment_remove", args=[attachment.pk]))

    assert (download.getvalue(), removal.status_code) == (b"picture", 403)
    assert Attachment.objects.count() == 1
