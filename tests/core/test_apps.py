"""What the start of the application must have brought along."""

from core import jobs


def test_every_job_kind_has_its_handler_in_the_web_process_too():
    assert "assessment.compute_run" in jobs.HANDLERS
